import {readFileSync, readlinkSync} from 'node:fs'
import {createServer} from 'node:net'
import type {ServiceControl} from '@essence/core/release/host/control'
import {connectControl} from '@essence/core/release/host/supervisor/connect-control'
import {afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest'
import {buildOf, bundleProgram, type Fixture, freePort, get, openFixture} from './fixture.ts'

let program: string
let fixture: Fixture
let control: ServiceControl

beforeAll(async () => {
  program = await bundleProgram()
})
beforeEach(async () => {
  fixture = openFixture(program)
  control = await fixture.supervisor()
})
afterEach(async () => {
  await control.stop({drainMs: 2000}, () => {})
  control.close()
})

const steps = (): string[] =>
  fixture.events.flatMap(event =>
    event.type === 'step' && event.state !== 'started' ? [`${event.step} ${event.state}`] : [],
  )

describe('switchTo', () => {
  it('starts the first release, then one beside the other, on the same port', async () => {
    const port = await freePort()
    const envFile = fixture.environment({FIXTURE_PORT: port, GREETING: 'one'})
    const first = await fixture.switchTo(control, fixture.release(1), {envFile})
    expect(first).toMatchObject({build: buildOf(1), gapMs: 0})
    expect(steps()).toEqual(['start done', 'health done', 'settle done', 'switch done'])
    expect(await get(port)).toBe(`${buildOf(1)} one`)
    const before = await control.status()
    expect(before).toMatchObject({state: 'ready', build: buildOf(1), restarts: 0, health: {build: buildOf(1)}})

    const second = await fixture.switchTo(control, fixture.release(2), {
      envFile: fixture.environment({FIXTURE_PORT: port, GREETING: 'two'}),
    })
    expect(second).toMatchObject({build: buildOf(2), gapMs: 0})
    expect(steps().slice(4)).toEqual(['start done', 'health done', 'settle done', 'switch done', 'drain done'])
    expect(await get(port)).toBe(`${buildOf(2)} two`)
    expect(readlinkSync(fixture.layout.current)).toBe(`releases/${buildOf(2)}`)
    const after = await control.status()
    expect(after.pid).not.toBe(before.pid)
    expect(JSON.parse(readFileSync(fixture.layout.pidFile, 'utf8'))).toMatchObject({pid: after.pid, build: buildOf(2)})
  })
})
