import {type Limit, RateLimit} from '@essence/core/access/rate-limit'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'

const limit = fc.record({count: fc.integer({min: 1, max: 5}), windowMs: fc.integer({min: 1, max: 100})})

describe('RateLimit', () => {
  it('never lets more through than a limit allows in any window, and refuses only when one is full', () => {
    fc.assert(
      fc.property(
        fc.array(limit, {minLength: 1, maxLength: 3}),
        fc.array(fc.nat({max: 40}), {maxLength: 60}),
        (limits, pauses) => {
          let now = 0
          const rate = new RateLimit(limits as [Limit, ...Limit[]], () => now)
          const taken: number[] = []
          for (const pause of pauses) {
            now += pause
            const full = limits.some(({count, windowMs}) => taken.filter(at => at > now - windowMs).length >= count)
            const verdict = rate.take('ada')
            expect(verdict.ok).toBe(!full)
            if (verdict.ok) taken.push(now)
            else {
              // What it promises holds: then, and not before, there is room.
              const then = now + verdict.retryAfterMs
              const fullAt = (at: number) =>
                limits.some(({count, windowMs}) => taken.filter(t => t > at - windowMs).length >= count)
              expect(fullAt(then)).toBe(false)
              expect(fullAt(then - 1)).toBe(true)
            }
          }
        },
      ),
    )
  })

  it('does not look through all uses within a window at each of them', () => {
    let looks = 0
    const now = () => ({
      // Compared with a use by its number: so often a use is looked at.
      [Symbol.toPrimitive]: () => {
        looks++
        return 0
      },
    })
    const rate = new RateLimit([{count: 100_000, windowMs: 86_400_000}], now as never)
    for (let n = 0; n < 5000; n++) rate.take('ada')
    expect(looks).toBeLessThan(5000 * 40)
  })

  it('counts each person alone', () => {
    const rate = new RateLimit([{count: 1, windowMs: 1000}], () => 0)
    expect(rate.take('ada').ok).toBe(true)
    expect(rate.take('ada').ok).toBe(false)
    expect(rate.take('bob').ok).toBe(true)
  })

  it('forgets the person idle longest, not the busy one, when too many come', () => {
    const rate = new RateLimit([{count: 1, windowMs: 1000}], () => 0)
    rate.take('idle')
    rate.take('busy')
    for (let n = 0; n < 9_999; n++) {
      rate.take(`stranger ${n}`)
      rate.take('busy')
    }
    expect(rate.take('busy').ok).toBe(false)
    expect(rate.take('idle').ok).toBe(true)
  })
})
