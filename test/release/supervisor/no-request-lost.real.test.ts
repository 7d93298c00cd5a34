import {once} from 'node:events'
import {connect} from 'node:net'
import {expect, it} from 'vitest'
import {freePort} from '../../kit/free-port.ts'
import {bundleProgram, openFixture} from './fixture.ts'
import {startLoad} from './load.ts'

it('loses no request when a service is changed for another, again and again', async () => {
  const fixture = openFixture(await bundleProgram())
  const control = await fixture.supervisor()
  const port = await freePort()
  const envFile = fixture.environment({FIXTURE_PORT: port})
  try {
    const builds = [1, 2, 3].map(() => fixture.release('http'))
    const [first = '', ...others] = builds
    await fixture.switchTo(control, first, {envFile})
    const load = startLoad(port)
    // As a browser's spare connection: nothing is ever asked on it, and it must not hold up the drain.
    const spare = connect(port, '127.0.0.1').resume()
    const spareEnd = once(spare, 'end')
    await once(spare, 'connect')
    const seen: number[] = []
    for (const build of others) {
      const {gapMs} = await fixture.switchTo(control, build, {envFile})
      expect(gapMs).toBe(0)
      seen.push(load.answers.get(build) ?? 0)
    }
    // A restart is a change to the same release.
    await fixture.switchTo(control, builds.at(-1) ?? '', {envFile})
    await load.stop()
    await spareEnd
    expect(load.failures).toEqual([])
    expect([...load.answers.keys()].sort()).toEqual(builds)
    for (const count of seen) expect(count).toBeGreaterThan(0)
  } finally {
    await control.stop({drainMs: 5000}, () => {})
  }
})

it('keeps clients waiting instead of refusing them while one service ends before the other begins', async () => {
  const fixture = openFixture(await bundleProgram())
  const control = await fixture.supervisor()
  const port = await freePort()
  const envFile = fixture.environment({FIXTURE_PORT: port})
  try {
    const builds = [1, 2].map(() => fixture.release('http', 'instead'))
    const [first = '', second = ''] = builds
    await fixture.switchTo(control, first, {envFile})
    const load = startLoad(port)
    const {gapMs} = await fixture.switchTo(control, second, {envFile})
    expect(gapMs).toBeGreaterThan(0)
    await load.stop()
    expect(load.failures).toEqual([])
    expect([...load.answers.keys()].sort()).toEqual(builds)
  } finally {
    await control.stop({drainMs: 5000}, () => {})
  }
})
