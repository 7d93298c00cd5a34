import {once} from 'node:events'
import {chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync} from 'node:fs'
import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {setTimeout as pause} from 'node:timers/promises'
import type {ServiceControl} from '@essence/core/release/host/control'
import {connectControl} from '@essence/core/release/supervisor/control/client'
import {supervisorPaths} from '@essence/core/release/supervisor/paths'
import {afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest'
import {freePort} from '../../kit/free-port.ts'
import {temporaryFolder} from '../../temporary-folder.ts'
import {bundleProgram, type Fixture, get, isGone, logOf, openFixture, until} from './fixture.ts'

let program: string
let fixture: Fixture
let port: number
let envFile: string
const controls: ServiceControl[] = []

beforeAll(async () => {
  program = await bundleProgram()
})
beforeEach(async () => {
  fixture = openFixture(program)
  port = await freePort()
  envFile = fixture.environment({FIXTURE_PORT: port})
})
afterEach(async () => {
  const control = await connectControl(fixture.layout)
  await control?.stop({drainMs: 200}, () => {})
  for (const one of controls.splice(0)) one.close()
})

const supervisor = async (): Promise<ServiceControl> => {
  const control = await fixture.supervisor()
  controls.push(control)
  return control
}

/** What a deploy leaves for the next boot. */
const leaveState = (state: object = {}): void =>
  writeFileSync(fixture.layout.state, JSON.stringify({format: 1, envFile, drainMs: 500, ...state}))

const point = (build: string): void => symlinkSync(`releases/${build}`, fixture.layout.current)

const stateIs = (control: ServiceControl, state: string) =>
  until(async () => {
    const now = await control.status()
    return now.state === state ? now : undefined
  })

/** The supervisor of the fixture, once it can be asked. */
const connected = () => until(() => connectControl(fixture.layout))

describe('a service that ends by itself', () => {
  it('is started again, and who connects meanwhile waits', async () => {
    const control = await supervisor()
    const build = fixture.release()
    await fixture.switchTo(control, build, {envFile})
    const {pid = 0} = await control.status()
    process.kill(pid, 'SIGKILL')
    expect(await get(port)).toBe(`${build} `)
    const after = await stateIs(control, 'ready')
    expect(after).toMatchObject({restarts: 1, lastEnd: expect.stringContaining('SIGKILL')})
    expect(after.pid).not.toBe(pid)
    expect(JSON.parse(readFileSync(fixture.layout.pidFile, 'utf8'))).toMatchObject({pid: after.pid})
  })

  it('is given up after quick ends in a row; then its port refuses, until a release serves', async () => {
    const control = await supervisor()
    const crashFile = join(temporaryFolder(), 'crash')
    fixture.environment({FIXTURE_PORT: port, CRASH_FILE: crashFile})
    await fixture.switchTo(control, fixture.release(), {envFile})
    const {pid = 0} = await control.status()
    writeFileSync(crashFile, '')
    process.kill(pid, 'SIGKILL')
    const {lastEnd} = await stateIs(control, 'gave-up')
    expect(lastEnd).toContain('ended with status 1')
    await expect(get(port)).rejects.toThrow()
    expect(logOf(fixture.layout).at(-1)).toMatchObject({level: 'error', msg: expect.stringContaining('gave up')})
    rmSync(crashFile)
    const build = fixture.release()
    await fixture.switchTo(control, build, {envFile})
    expect(await get(port)).toBe(`${build} `)
  })
})

describe('a supervisor', () => {
  it('outlives whoever started it, in a folder of its own user alone', async () => {
    const control = await supervisor()
    const {supervisorPid} = await control.status()
    // Its session is its own: the signals of a terminal or a lost SSH session do not reach it.
    const stat = readFileSync(`/proc/${supervisorPid}/stat`, 'utf8')
    expect(Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3])).toBe(supervisorPid)
    const {folder, controlSocket} = supervisorPaths(fixture.layout)
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    expect(statSync(controlSocket).mode & 0o777).toBe(0o600)
  })

  it('keeps nothing of the environment of whoever deploys but what a service needs', async () => {
    process.env['DEPLOYERS_TOKEN'] = 'secret'
    const control = await supervisor()
    delete process.env['DEPLOYERS_TOKEN']
    const {supervisorPid} = await control.status()
    const environment = readFileSync(`/proc/${supervisorPid}/environ`, 'utf8')
    expect(environment).toContain('PATH=')
    expect(environment).not.toContain('secret')
  })

  it('is the only one of its service', async () => {
    await supervisor()
    const second = fixture.foreground('pipe')
    let said = ''
    second.stderr?.setEncoding('utf8').on('data', text => {
      said += text
    })
    const [status] = await once(second, 'close')
    expect(status).toBe(7)
    expect(said).toMatch(/^Error: \S+ is held by process \d+\.\n/)
  })

  it('starts what current points at, as at boot, and drains it on SIGTERM', async () => {
    const build = fixture.release()
    point(build)
    leaveState()
    const child = fixture.foreground()
    const control = await connected()
    const {pid = 0} = await stateIs(control, 'ready')
    expect(await get(port)).toBe(`${build} `)
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
    expect(isGone(pid)).toBe(true)
    expect(await connectControl(fixture.layout)).toBeUndefined()
  })

  it('tries again what cannot be started at boot, until what it needs is there', async () => {
    const build = fixture.release()
    point(build)
    leaveState()
    rmSync(envFile)
    const child = fixture.foreground()
    const control = await connected()
    expect(await stateIs(control, 'restarting')).toMatchObject({build, lastEnd: expect.stringContaining(envFile)})
    fixture.environment({FIXTURE_PORT: port})
    await stateIs(control, 'ready')
    expect(await get(port)).toBe(`${build} `)
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
  })

  it('ends while it waits to try again, and does what it is asked instead', async () => {
    point(fixture.release())
    leaveState()
    rmSync(envFile)
    const first = fixture.foreground()
    await stateIs(await connected(), 'restarting')
    first.kill('SIGTERM')
    expect(await once(first, 'exit')).toEqual([0, null])
    const second = fixture.foreground()
    const control = await connected()
    await stateIs(control, 'restarting')
    fixture.environment({FIXTURE_PORT: port})
    const build = fixture.release()
    await fixture.switchTo(control, build, {envFile})
    expect(await control.status()).toMatchObject({state: 'ready', build})
    second.kill('SIGTERM')
    await once(second, 'exit')
  })

  it('does not begin when it is ended while it still ends what another one left', async () => {
    const control = await supervisor()
    const build = fixture.release('stubborn')
    await fixture.switchTo(control, build, {envFile})
    const {supervisorPid} = await control.status()
    leaveState({drainMs: 1500})
    process.kill(supervisorPid, 'SIGKILL')
    await until(async () => isGone(supervisorPid) || undefined)
    const child = fixture.foreground()
    await until(async () => existsSync(supervisorPaths(fixture.layout).lock) || undefined)
    await pause(500)
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
    expect(await connectControl(fixture.layout)).toBeUndefined()
    expect(logOf(fixture.layout).at(-1)).toMatchObject({msg: 'the supervisor ends'})
    expect(logOf(fixture.layout).filter(({msg}) => msg === 'supervising')).toHaveLength(1)
  })

  it('does not start at boot what was stopped, nor what it is about to be told', async () => {
    point(fixture.release())
    leaveState({stopped: true})
    const child = fixture.foreground()
    const control = await connected()
    expect(await control.status()).toMatchObject({state: 'stopped'})
    child.kill('SIGTERM')
    await once(child, 'exit')
    leaveState()
    expect(await (await supervisor()).status()).toMatchObject({state: 'stopped'})
  })

  it('breaks off a change when it is ended', async () => {
    const control = await supervisor()
    const request = {build: fixture.release('never'), envFile, readyMs: 60_000, settleMs: 0, drainMs: 100}
    const began = Promise.withResolvers<void>()
    const trying = control.switchTo(request, () => began.resolve())
    await began.promise
    const {supervisorPid} = await control.status()
    process.kill(supervisorPid, 'SIGTERM')
    await expect(trying).rejects.toMatchObject({code: 'CANCELLED'})
    await until(async () => isGone(supervisorPid) || undefined)
  })

  it.each(['good', 'stubborn'])('that was killed leaves nothing the next one does not end: %s', async behaviour => {
    const control = await supervisor()
    const build = fixture.release(behaviour)
    await fixture.switchTo(control, build, {envFile})
    const {pid = 0, supervisorPid} = await control.status()
    leaveState({drainMs: 100})
    process.kill(supervisorPid, 'SIGKILL')
    // One of ours notices and ends; the other one is ended by its record.
    if (behaviour === 'good') await until(async () => isGone(pid) || undefined)
    const next = fixture.release()
    await fixture.switchTo(await supervisor(), next, {envFile})
    expect(isGone(pid)).toBe(true)
    expect(await get(port)).toBe(`${next} `)
  })

  it('signals nobody by a record of another boot, or of a process that is gone', async () => {
    const {pid, started} = {pid: process.pid, started: '1'}
    for (const record of [
      {pid, started, bootId: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(), build: 'x'},
      {pid, started: readFileSync('/proc/self/stat', 'utf8').split(' ')[21], bootId: 'another', build: 'x'},
    ]) {
      writeFileSync(fixture.layout.pidFile, JSON.stringify(record))
      let signals = 0
      const onSignal = (): void => {
        signals++
      }
      process.on('SIGTERM', onSignal)
      const control = await supervisor()
      await control.stop({drainMs: 0}, () => {})
      process.off('SIGTERM', onSignal)
      expect(signals).toBe(0)
    }
  })
})

describe('the console log of a service', () => {
  it('has every line, in order, through changes of files as large as its settings say', async () => {
    const control = await supervisor()
    fixture.environment({FIXTURE_PORT: port, LOG_FILE_MB: 1, LOG_FILES: 3})
    await fixture.switchTo(control, fixture.release(), {envFile})
    // 2.5 MiB.
    for (let at = 0; at < 40; at++) await get(port, '/write')
    const last = String(40 * 1024 - 1).padStart(63, '.')
    const {consoleLog} = fixture.layout
    // For a moment, when one was put aside, there is none of that name.
    await until(() =>
      readFile(consoleLog).then(
        bytes => bytes.includes(last) || undefined,
        () => undefined,
      ),
    )
    const text = [`${consoleLog}.2`, `${consoleLog}.1`, consoleLog].map(path => readFileSync(path, 'utf8')).join('')
    const numbers = text.split('\n').flatMap(line => (/^\.*(\d+)$/.exec(line) ?? []).slice(1).map(Number))
    expect(numbers).toEqual(Array.from({length: 40 * 1024}, (_, index) => index))
  })
})

describe('the socket of a supervisor', () => {
  it('has a short path also where the service has a long one', async () => {
    const deep = join(temporaryFolder(), 'x'.repeat(100))
    mkdirSync(deep)
    fixture = openFixture(program, {root: deep})
    const control = await supervisor()
    const {sockets, controlSocket} = supervisorPaths(fixture.layout)
    expect(Buffer.byteLength(controlSocket)).toBeLessThan(104)
    expect(statSync(sockets).mode & 0o777).toBe(0o700)
    await fixture.switchTo(control, fixture.release(), {envFile: fixture.environment({FIXTURE_PORT: port})})
    expect((await control.status()).state).toBe('ready')
    await control.stop({drainMs: 500}, () => {})
    // Somebody else could have made it first, to hear and to answer.
    chmodSync(sockets, 0o777)
    await expect(connectControl(fixture.layout)).rejects.toMatchObject({code: 'NOT_ALLOWED'})
    await expect(fixture.supervisor()).rejects.toMatchObject({code: 'NOT_ALLOWED'})
    chmodSync(sockets, 0o700)
  })
})
