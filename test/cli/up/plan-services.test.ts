import type {SupervisedCommand} from '@essence/core/cli/supervised'
import {type Host, planServices, shareAddresses} from '@essence/core/cli/up/plan-services'
import type {Outcome} from '@essence/core/service/up'
import {describe, expect, it} from 'vitest'

const ports: SupervisedCommand['ports'] = []
const commands: SupervisedCommand[] = [
  {id: 'stt', name: 'stt', unless: 'STT_URL', provides: 'STT_URL', port: 'STT_PORT', ports},
  {id: 'gateway', name: 'gateway', ports},
  {id: 'bell:ring', name: 'bell', when: 'BELL_TOKEN', otherwise: 'The bell is off: set BELL_TOKEN', ports},
]
const host: Host = {
  execPath: '/node',
  execArgv: ['--flag'],
  script: '/run.js',
  env: {HOME: '/home/june'},
  terminal: false,
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

  it('hands on its environment, but not what a deployment tells this process alone', () => {
    const env = {HOME: '/home/june', LISTEN_PID: '1', LISTEN_FDS: '1', ESSENCE_HEALTH_SOCKET: '/s'}
    const envOf = (changes: Partial<Host>) => planServices(commands, {}, {...host, ...changes}).services[0]?.env
    expect(envOf({env})).toEqual({HOME: '/home/june', LOG_FORMAT: 'json'})
    expect(envOf({terminal: true})?.['LOG_FORMAT']).toBe('pretty')
    expect(envOf({terminal: true, env: {...env, LOG_FORMAT: 'json'}})?.['LOG_FORMAT']).toBe('json')
  })

  it('gives the others the addresses of the first, which keep their ports; not of one that was given up', () => {
    const {services} = planServices(commands, {}, host)
    const envOf = (name: string) => services.find(service => service.name === name)?.env
    const failed: Outcome = {name: 'stt', state: 'gave-up', reason: 'no', exit: 1}
    shareAddresses(services, [failed])
    expect(envOf('gateway')).not.toHaveProperty('STT_URL')
    const summary = {name: 'stt', url: 'grpc://127.0.0.1:41234', lines: [], notices: []}
    shareAddresses(services, [{name: 'stt', state: 'ready', pid: 1, startMs: 1, summary}])
    expect(envOf('gateway')).toMatchObject({STT_URL: 'grpc://127.0.0.1:41234'})
    expect(envOf('stt')).toMatchObject({STT_PORT: '41234'})
    expect(envOf('stt')).not.toHaveProperty('STT_URL')
  })
})
