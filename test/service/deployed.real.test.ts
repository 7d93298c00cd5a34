// What a service does for the supervisor that deployed it: health on a socket, and what is not for its own children.
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {existsSync, writeFileSync} from 'node:fs'
import {request} from 'node:http'
import {join, resolve} from 'node:path'
import {deploymentVariables, inheritedSockets} from '@essence/core/kit/process/inherited-sockets'
import {Health} from '@essence/core/service/health'
import {serveHealth} from '@essence/core/service/health-socket'
import {runAll} from '@essence/core/service/up'
import {describe, expect, it} from 'vitest'
import {temporaryFolder} from '../temporary-folder.ts'

const folder = temporaryFolder()

const ask = (socketPath: string): Promise<{status: number; report: Record<string, unknown>}> =>
  new Promise((done, reject) => {
    const asked = request({socketPath, path: '/health'}, async answer => {
      let text = ''
      for await (const part of answer) text += part
      done({status: answer.statusCode ?? 0, report: JSON.parse(text)})
    })
    asked.on('error', reject)
    asked.end()
  })

describe('health on a socket', () => {
  it('tells the build and the process, from the start through the drain of runService', async () => {
    const path = join(folder, 'service.sock')
    const source = `
      import {Health} from '@essence/core/service/health'
      import {openLog} from '@essence/core/service/log'
      import {runService} from '@essence/core/service/run-service'
      const told = text => new Promise(resolve => process.stdin.once('data', resolve) && console.log(text))
      await runService({
        start: async () => { await told('starting'); return {name: 'x', lines: [], notices: []} },
        drain: async () => { await told('draining') },
        close: async () => process.stdin.destroy(),
      }, {log: openLog('x', {LOG_LEVEL: 'ERROR', LOG_FORMAT: 'json'}), health: new Health('x', '0'), drainMs: 60_000, onReady: () => console.log('ready')})`
    const child = spawn(process.execPath, ['--conditions=essence-source', '--input-type=module', '-e', source], {
      cwd: resolve(import.meta.dirname, '../..'),
      env: {...process.env, ESSENCE_HEALTH_SOCKET: path, ESSENCE_BUILD: '20261126-000000-0000000a'},
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    const said = child.stdout.setEncoding('utf8')
    const next = async (): Promise<string> => (await once(said, 'data'))[0].trim()
    expect(await next()).toBe('starting')
    expect(await ask(path)).toMatchObject({
      status: 503,
      report: {status: 'starting', ready: false, build: '20261126-000000-0000000a', pid: child.pid},
    })
    child.stdin.write('go\n')
    expect(await next()).toBe('ready')
    expect(await ask(path)).toMatchObject({status: 200, report: {status: 'healthy', ready: true}})
    child.kill('SIGTERM')
    expect(await next()).toBe('draining')
    expect(await ask(path)).toMatchObject({status: 503, report: {status: 'draining'}})
    child.stdin.write('go\n')
    expect(await once(child, 'close')).toEqual([0, null])
    expect(existsSync(path)).toBe(false)
  })

  it('is nowhere where no supervisor asked for it, and an error where it cannot be', async () => {
    const health = new Health('x', '0')
    expect(await serveHealth(health, undefined)).toBeUndefined()
    await expect(serveHealth(health, join(folder, 'absent/x.sock'))).rejects.toMatchObject({code: 'CONFIG_INVALID'})
  })

  it('of all services of essence up is ready once each is, and not while one is down', async () => {
    const health = new Health('june', '0')
    const file = join(folder, 'child.mjs')
    writeFileSync(
      file,
      `process.on('SIGTERM', () => process.exit(0)).on('disconnect', () => process.exit(0)); process.send({type: 'ready', summary: {name: 'x', lines: [], notices: []}}); setInterval(() => {}, 1e6)`,
    )
    const child = (name: string) => ({name, command: process.execPath, args: [file], env: process.env})
    const seen: [string, boolean][] = []
    // After the event, when its meaning for health is told.
    const look = (what: string, then = () => {}): void =>
      void setImmediate(() => {
        seen.push([what, health.report().ready])
        then()
      })
    let down = false
    await runAll({
      services: [child('one'), child('two')],
      killAfterMs: 10_000,
      health,
      onStarted: ([first]) =>
        look('started', () => {
          if (first?.state === 'ready' && first.pid) process.kill(first.pid, 'SIGKILL')
        }),
      onEvent: ({type}) => {
        if (type === 'ready' && down) look('again', () => process.emit('SIGTERM'))
        if (type !== 'restarting') return
        down = true
        look('restarting')
      },
    })
    expect(seen).toEqual([
      ['started', true],
      ['restarting', false],
      ['again', true],
    ])
    expect(health.phase).toBe('draining')
  })
})

describe('inherited sockets', () => {
  const env = {LISTEN_PID: String(process.pid), LISTEN_FDS: '3', LISTEN_FDNAMES: 'A_PORT:B_PORT:A_PORT'}

  it('are those under the name, from 3 on', () => {
    expect(inheritedSockets('A_PORT', env)).toEqual([3, 5])
    expect(inheritedSockets('B_PORT', env)).toEqual([4])
    expect(inheritedSockets('C_PORT', env)).toEqual([])
  })

  it.each([
    ['of another process', {...env, LISTEN_PID: '1'}, []],
    ['of nobody', {...env, LISTEN_PID: undefined}, []],
    ['fewer than named', {...env, LISTEN_FDS: '1'}, [3]],
    ['without names', {LISTEN_PID: env.LISTEN_PID, LISTEN_FDS: '1'}, []],
  ])('%s', (_name, given, expected) => {
    expect(inheritedSockets('A_PORT', given)).toEqual(expected)
  })

  it('are among what is kept from children', () => {
    expect(deploymentVariables).toEqual(expect.arrayContaining(['LISTEN_FDS', 'ESSENCE_HEALTH_SOCKET']))
  })
})
