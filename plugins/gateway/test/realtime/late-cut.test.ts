import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest'
import {LateCut} from '../../src/realtime/late-cut.ts'

beforeEach(() => void vi.useFakeTimers({toFake: ['setTimeout', 'clearTimeout', 'performance']}))
afterEach(() => void vi.useRealTimers())

const whole = 'One two three four five.'

/** An answer of which so much is known to have been heard, and what is remembered of it. */
const answered = (heard: string | undefined | Promise<string>) => {
  const session = new AbortController()
  const lateCut = new LateCut(session.signal)
  let remembered: string | undefined | 'not yet' = 'not yet'
  void lateCut
    .of(Promise.resolve(heard), () => whole)
    .then(text => {
      remembered = text
    })
  return {session, lateCut, remembered: () => remembered}
}

describe('what is remembered of an answer', () => {
  it.each([whole, undefined])('is known at once where it was heard to its end, or never: %s', async heard => {
    const {remembered} = answered(heard)
    await vi.advanceTimersByTimeAsync(0)
    expect(remembered()).toBe(heard)
  })

  it('is what the client says it played, for two seconds', async () => {
    const {lateCut, remembered} = answered('One two three')
    await vi.advanceTimersByTimeAsync(1900)
    expect(remembered()).toBe('not yet')
    lateCut.cut('One two')
    await vi.advanceTimersByTimeAsync(0)
    expect(remembered()).toBe('One two')
  })

  it('does not grow by that, and is what is known where nothing is said', async () => {
    const {lateCut, remembered} = answered('One two')
    await vi.advanceTimersByTimeAsync(0)
    lateCut.cut(whole)
    await vi.advanceTimersByTimeAsync(0)
    expect(remembered()).toBe('One two')
    const silent = answered('One two')
    await vi.advanceTimersByTimeAsync(2000)
    expect(silent.remembered()).toBe('One two')
  })

  it('keeps the next question waiting for 200 ms at most', async () => {
    const {lateCut, remembered} = answered('One two')
    await vi.advanceTimersByTimeAsync(150)
    lateCut.hurry()
    await vi.advanceTimersByTimeAsync(40)
    expect(remembered()).toBe('not yet')
    await vi.advanceTimersByTimeAsync(10)
    expect(remembered()).toBe('One two')
  })

  it('keeps it no longer where it came before anything was known', async () => {
    const heard = Promise.withResolvers<string>()
    const {lateCut, remembered} = answered(heard.promise)
    lateCut.hurry()
    heard.resolve('One two')
    await vi.advanceTimersByTimeAsync(200)
    expect(remembered()).toBe('One two')
  })

  it('is settled when the session ends', async () => {
    const {session, remembered} = answered('One two')
    await vi.advanceTimersByTimeAsync(0)
    session.abort()
    await vi.advanceTimersByTimeAsync(0)
    expect(remembered()).toBe('One two')
  })
})
