// However a call takes long to arrive, no stretch of time has more of them than the limit.
import {Places} from '@essence/core/channel/send-rate/places'
import {SendRate} from '@essence/core/channel/send-rate/send-rate'
import fc from 'fast-check'
import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest'
import {mostWithin} from './most-within.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const wait = (ms: number): Promise<void> => new Promise(resolve => void setTimeout(resolve, ms))

describe('places', () => {
  it('hold calls to a limit, wherever between their begin and their end they are counted', async () => {
    const calls = fc.array(fc.record({afterMs: fc.nat(60), arrivesMs: fc.nat(700), answeredMs: fc.nat(700)}), {
      minLength: 1,
      maxLength: 60,
    })
    await fc.assert(
      fc.asyncProperty(calls, async calls => {
        const places = new Places({count: 5, ms: 1000})
        const arrived: number[] = []
        const all = calls.map(async ({afterMs, arrivesMs, answeredMs}) => {
          await wait(afterMs)
          await places.enter()
          await wait(arrivesMs)
          arrived.push(performance.now())
          await wait(answeredMs)
          places.leave(true)
        })
        await vi.advanceTimersByTimeAsync(60_000)
        await Promise.all(all)
        expect(arrived).toHaveLength(calls.length)
        expect(mostWithin(arrived, 1000)).toBeLessThanOrEqual(5)
      }),
      {numRuns: 50},
    )
  })

  it('go to whoever waits longest, and at once to the next where no call was made', async () => {
    const places = new Places({count: 1, ms: 1000})
    const order: string[] = []
    await places.enter()
    const gone = new AbortController()
    const impatient = places.enter(gone.signal).catch(() => order.push('impatient left'))
    const others = ['first', 'second'].map(name => places.enter().then(() => order.push(name)))
    gone.abort()
    await impatient
    places.leave(false)
    await others[0]
    places.leave(true)
    await vi.advanceTimersByTimeAsync(999)
    expect(order).toEqual(['impatient left', 'first'])
    await vi.advanceTimersByTimeAsync(1000)
    expect(order).toEqual(['impatient left', 'first', 'second'])
  })
})

describe('a rate', () => {
  const rate = (count = 4) => new SendRate({count, ms: 1000})
  const limits = [{count: 2, ms: 60_000}]

  it('keeps two thirds of its places from what only shows how far an answer is, which does not wait', async () => {
    const sends = rate(6)
    const glimpse = {chat: '', isGlimpse: true}
    const verdicts = [await sends.enter(glimpse), await sends.enter(glimpse), await sends.enter(glimpse)]
    expect(verdicts.map(({ok}) => ok)).toEqual([true, true, false])
    for (const chat of ['1', '2', '3', '4']) expect((await sends.enter({chat})).ok).toBe(true)
  })

  it('sends away what would wait long, and what is not wanted any more; other chats go on', async () => {
    const sends = rate(8)
    for (let n = 0; n < 2; n++) {
      const permit = await sends.enter({chat: 'a', limits})
      if (permit.ok) await permit.end()
    }
    expect(await sends.enter({chat: 'a', limits})).toMatchObject({ok: false, retryAfterMs: expect.closeTo(60_000, -3)})
    for (const chat of ['b', 'c']) expect((await sends.enter({chat, limits})).ok).toBe(true)
    const stopped = new AbortController()
    const waiting = sends.enter({chat: 'd', limits: [{count: 1, ms: 1000}], signal: stopped.signal})
    const other = sends.enter({chat: 'd', limits: [{count: 1, ms: 1000}], signal: stopped.signal})
    expect((await waiting).ok).toBe(true)
    stopped.abort()
    expect((await other).ok).toBe(false)
  })
})
