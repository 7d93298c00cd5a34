import {once} from 'node:events'
import {existsSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {createServer} from 'node:net'
import {join} from 'node:path'
import type {ServiceControl, SwitchRequest} from '@essence/core/release/host/control'
import type {HostEvent} from '@essence/core/release/host/events'
import {supervisorPaths} from '@essence/core/release/supervisor/paths'
import {afterAll, beforeAll, beforeEach, describe, expect, it} from 'vitest'
import {freePort} from '../../kit/free-port.ts'
import {temporaryFolder} from '../../temporary-folder.ts'
import {bundleProgram, type Fixture, get, isGone, openFixture} from './fixture.ts'

// One supervisor for all: each test changes what runs for what it is about.
let fixture: Fixture
let control: ServiceControl
let port: number
let envFile: string

beforeAll(async () => {
  fixture = openFixture(await bundleProgram())
  control = await fixture.supervisor()
})
beforeEach(async () => {
  port = await freePort()
  envFile = fixture.environment({FIXTURE_PORT: port})
  fixture.events.length = 0
})
afterAll(async () => {
  await control.stop({drainMs: 200}, () => {})
  control.close()
})

const stepsOf = (events: HostEvent[]): string[] =>
  events.flatMap(event => (event.type === 'step' && event.state !== 'started' ? [`${event.step} ${event.state}`] : []))
const lines = (): string[] => fixture.events.flatMap(event => (event.type === 'log' ? event.lines : []))
const switchTo = (build: string, changes: Partial<SwitchRequest> = {}) =>
  fixture.switchTo(control, build, {envFile, ...changes})

/** Has a good release serve, and forgets how it came. */
const serve = async (handover?: 'beside' | 'instead') => {
  const build = fixture.release('good', handover)
  await switchTo(build)
  fixture.events.length = 0
  return {build, pid: (await control.status()).pid}
}

describe('switchTo', () => {
  it('starts the first release, then one beside the other, on the same port', async () => {
    envFile = fixture.environment({FIXTURE_PORT: port, GREETING: 'one'})
    const one = fixture.release()
    expect(await switchTo(one)).toMatchObject({build: one, gapMs: 0})
    expect(stepsOf(fixture.events)).toEqual(['start done', 'health done', 'settle done', 'switch done'])
    expect(await get(port)).toBe(`${one} one`)
    const before = await control.status()
    expect(before).toMatchObject({state: 'ready', build: one, restarts: 0, health: {build: one}})

    fixture.events.length = 0
    fixture.environment({FIXTURE_PORT: port, GREETING: 'two'})
    const two = fixture.release()
    expect(await switchTo(two)).toMatchObject({build: two, gapMs: 0})
    expect(stepsOf(fixture.events)).toEqual(['start done', 'health done', 'settle done', 'switch done', 'drain done'])
    expect(await get(port)).toBe(`${two} two`)
    expect(readlinkSync(fixture.layout.current)).toBe(`releases/${two}`)
    const after = await control.status()
    expect(after.pid).not.toBe(before.pid)
    expect(JSON.parse(readFileSync(fixture.layout.pidFile, 'utf8'))).toMatchObject({pid: after.pid, build: two})
  })

  it('restarts the release that runs, with what its environment file says now', async () => {
    const {build} = await serve()
    fixture.environment({FIXTURE_PORT: port, GREETING: 'edited'})
    await switchTo(build)
    expect(await get(port)).toBe(`${build} edited`)
  })

  it('ends one before the other where they must not overlap, and measures the gap', async () => {
    await serve('instead')
    const build = fixture.release('good', 'instead')
    const {gapMs, readyMs} = await switchTo(build)
    expect(gapMs).toBeGreaterThanOrEqual(readyMs)
    expect(stepsOf(fixture.events)).toEqual(['drain done', 'start done', 'health done', 'settle done', 'switch done'])
    expect(await get(port)).toBe(`${build} `)
  })

  it('moves to another port when the environment file names one, and lets go of the former', async () => {
    const {build} = await serve()
    const other = await freePort()
    fixture.environment({FIXTURE_PORT: other})
    await switchTo(build)
    expect(await get(other)).toBe(`${build} `)
    await expect(get(port)).rejects.toThrow()
  })

  it('holds the port for the next release though one closes its socket', async () => {
    await switchTo(fixture.release('closes'))
    const waiting = get(port)
    const build = fixture.release()
    await switchTo(build)
    expect(await waiting).toBe(`${build} `)
  })

  it('needs no port', async () => {
    envFile = fixture.environment({})
    const build = fixture.release()
    await switchTo(build)
    expect(await control.status()).toMatchObject({state: 'ready', build})
  })

  it('kills whoever ignores SIGTERM, with all it started', async () => {
    const pidFile = join(temporaryFolder(), 'pid')
    envFile = fixture.environment({FIXTURE_PORT: port, PID_FILE: pidFile})
    await switchTo(fixture.release('stubborn'))
    const build = fixture.release()
    await switchTo(build, {drainMs: 100})
    expect(fixture.events).toContainEqual(
      expect.objectContaining({step: 'drain', state: 'done', detail: 'killed after 100 ms'}),
    )
    expect(isGone(Number(readFileSync(pidFile, 'utf8')))).toBe(true)
    expect(await get(port)).toBe(`${build} `)
  })
})

describe('a release that fails leaves the other one serving', () => {
  it('with the environment it had, where that was edited and is what the new process fails of', async () => {
    const crashFile = join(temporaryFolder(), 'crash')
    writeFileSync(crashFile, '')
    envFile = fixture.environment({FIXTURE_PORT: port, GREETING: 'before'})
    const build = fixture.release('good', 'instead')
    const kept = supervisorPaths(fixture.layout).formerEnvironment
    await switchTo(build)
    fixture.environment({FIXTURE_PORT: port, GREETING: 'after', CRASH_FILE: crashFile})
    for (let times = 0; times < 2; times++) {
      await expect(switchTo(build)).rejects.toMatchObject({
        code: 'DEPLOY_FAILED',
        message: expect.stringContaining('which served before, serves again'),
      })
      expect(await get(port)).toBe(`${build} before`)
      expect(statSync(kept).mode & 0o777).toBe(0o600)
    }
    rmSync(crashFile)
    await switchTo(build)
    expect(await get(port)).toBe(`${build} after`)
    expect(existsSync(kept)).toBe(false)
  })

  it.each([
    ['exits', /does not serve: it ended with status 3: The model file is missing\./, 'health failed'],
    [
      'never',
      /it was not ready within 2000 ms: its health was "starting", tts unhealthy \(no voice\)/,
      'health failed',
    ],
    ['wrong', /it answered as build 20000101-000000-00000000 instead of/, 'health failed'],
    ['fades', /it ended with status 1/, 'settle failed'],
  ])('%s', async (behaviour, message, step) => {
    const {build, pid} = await serve()
    const bad = fixture.release(behaviour)
    const failing = switchTo(bad, {readyMs: behaviour === 'never' ? 2000 : 10_000, settleMs: 500})
    await expect(failing).rejects.toMatchObject({code: 'DEPLOY_FAILED', message: expect.stringMatching(message)})
    expect(stepsOf(fixture.events).at(-1)).toBe(step)
    expect(lines()).toContain(`started ${bad} ${behaviour} `)
    expect(readlinkSync(fixture.layout.current)).toBe(`releases/${build}`)
    expect(await control.status()).toMatchObject({state: 'ready', build, pid})
    expect(await get(port)).toBe(`${build} `)
  })

  it('which had to end first, and is started again', async () => {
    const {build} = await serve('instead')
    await expect(switchTo(fixture.release('exits', 'instead'))).rejects.toMatchObject({
      code: 'DEPLOY_FAILED',
      message: expect.stringContaining(`release ${build}, which served before, serves again`),
    })
    expect(await control.status()).toMatchObject({state: 'ready', build})
    expect(await get(port)).toBe(`${build} `)
  })

  it('when it is called off', async () => {
    const {build, pid} = await serve()
    const calledOff = new AbortController()
    const trying = control.switchTo(
      {build: fixture.release('never'), envFile, readyMs: 60_000, settleMs: 0, drainMs: 100},
      event => event.type === 'step' && event.step === 'health' && calledOff.abort(),
      calledOff.signal,
    )
    await expect(trying).rejects.toMatchObject({code: 'CANCELLED'})
    expect(await control.status()).toMatchObject({state: 'ready', build, pid})
  })
})

describe('nothing is started or stopped for', () => {
  const refused = async (build: string, expected: object, changes: Partial<SwitchRequest> = {}): Promise<void> => {
    const {pid} = await serve()
    await expect(switchTo(build, changes)).rejects.toMatchObject(expected)
    expect(fixture.events).toEqual([])
    expect(await control.status()).toMatchObject({state: 'ready', pid})
  }

  it('a port that somebody else has', async () => {
    const {build, pid} = await serve()
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const taken = (other.address() as {port: number}).port
    envFile = fixture.environment({FIXTURE_PORT: taken})
    await expect(switchTo(fixture.release())).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      message: `Port ${taken} on 127.0.0.1 is taken by another program.`,
      suggestions: expect.arrayContaining([`Choose another port: FIXTURE_PORT=${taken + 1}`]),
    })
    expect(await control.status()).toMatchObject({state: 'ready', build, pid})
    other.close()
  })

  it('its own port under another host, which it says', async () => {
    const {build, pid} = await serve()
    fixture.environment({FIXTURE_PORT: port, FIXTURE_HOST: '0.0.0.0'})
    await expect(switchTo(build)).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      message: `Port ${port} on 0.0.0.0 is taken by this very service, which serves there under another host.`,
      suggestions: [expect.stringContaining('essence stop')],
    })
    expect(await control.status()).toMatchObject({state: 'ready', build, pid})
  })

  it('a release that is not there', () => refused('20260101-000000-00000000', {code: 'RELEASE_UNKNOWN'}))

  it('an environment file that is not there', () =>
    refused(fixture.release(), {code: 'CONFIG_INVALID'}, {envFile: '/absent/env.sh'}))

  it('settings that are not valid', () =>
    refused(fixture.release('misconfigured'), {code: 'CONFIG_INVALID', message: 'FIXTURE_PORT is "x".'}))

  it('a second change while one is under way', async () => {
    const began = Promise.withResolvers<void>()
    const request = {build: fixture.release('never'), envFile, readyMs: 1000, settleMs: 0, drainMs: 100}
    const trying = control.switchTo(request, () => began.resolve())
    await began.promise
    await expect(switchTo(fixture.release())).rejects.toMatchObject({code: 'LOCKED'})
    await expect(trying).rejects.toMatchObject({code: 'DEPLOY_FAILED'})
  })
})
