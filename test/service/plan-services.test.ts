import {type Host, planServices, shareAddresses} from '@essence/core/service/plan-services'
import type {SupervisedCommand} from '@essence/core/service/supervised'
import {describe, expect, it} from 'vitest'

const common = {ports: [], plugin: '@essence/plugin-x'}
const commands: SupervisedCommand[] = [
  {id: 'stt', name: 'stt', unless: 'STT_URL', provides: 'STT_URL', port: 'STT_PORT', ...common},
  {id: 'gateway', name: 'gateway', ...common},
  {id: 'bell:ring', name: 'bell', when: 'BELL_TOKEN', otherwise: 'The bell is off: set BELL_TOKEN', ...common},
]
const host: Host = {
  execPath: '/node',
  execArgv: ['--flag'],
  script: '/run.js',
  env: {HOME: '/home/june'},
}
const namesOf = (settings: object) => planServices(commands, settings, host).services.map(({name}) => name)

describe('the plan of essence up', () => {
  it('starts what is always on, and what its variable switches on; the rest it tells of', () => {
    expect(planServices(commands, {}, host)).toMatchObject({
      services: [
        {name: 'stt', first: true},
        {name: 'gateway', first: false},
      ],
      off: ['The bell is off: set BELL_TOKEN'],
    })
    expect(namesOf({BELL_TOKEN: 'x', STT_URL: undefined})).toEqual(['stt', 'gateway', 'bell'])
    expect(namesOf({STT_URL: 'grpc://elsewhere:1'})).toEqual(['gateway'])
  })

  it('starts each as this process was started, by its command', () => {
    const {services} = planServices(commands, {BELL_TOKEN: 'x'}, host)
    expect(services.at(-1)).toMatchObject({command: '/node', args: ['--flag', '/run.js', 'bell', 'ring']})
  })

  it('hands on its environment, but not what a deployment tells this process alone; the log of each is for it to read', () => {
    const env = {
      HOME: '/home/june',
      LOG_FORMAT: 'pretty',
      LISTEN_PID: '1',
      LISTEN_FDS: '1',
      ESSENCE_HEALTH_SOCKET: '/s',
    }
    const {services} = planServices(commands, {}, {...host, env})
    expect(services[0]?.env).toEqual({HOME: '/home/june', LOG_FORMAT: 'json'})
  })

  it('refuses two services of one name, also where one is switched off, and names the plugin to remove', () => {
    const twin: SupervisedCommand = {id: 'bell', name: 'bell', when: 'X', ports: [], plugin: 'essence-plugin-bell'}
    expect(() => planServices([...commands, twin], {}, host)).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: 'Two plugins bring a service "bell": @essence/plugin-x and essence-plugin-bell.',
        suggestions: ['Remove one: essence plugins uninstall essence-plugin-bell'],
      }),
    )
  })

  it('gives the others the addresses of the first, which keep their ports; not of one that has none', () => {
    const {services} = planServices(commands, {}, host)
    const envOf = (name: string) => services.find(service => service.name === name)?.env
    shareAddresses(services, new Map())
    expect(envOf('gateway')).not.toHaveProperty('STT_URL')
    shareAddresses(services, new Map([['stt', 'grpc://127.0.0.1:41234']]))
    expect(envOf('gateway')).toMatchObject({STT_URL: 'grpc://127.0.0.1:41234'})
    expect(envOf('stt')).toMatchObject({STT_PORT: '41234'})
    expect(envOf('stt')).not.toHaveProperty('STT_URL')
  })
})
