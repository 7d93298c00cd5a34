import {backoffMs} from '@essence/core/kit/flow/backoff'
import fc from 'fast-check'
import {expect, it} from 'vitest'

it('doubles with each failure, up to the longest', () => {
  expect([1, 2, 3, 4, 9].map(failures => backoffMs(failures, 100, 1000, () => 0))).toEqual([100, 200, 400, 800, 1000])
})

it('is a half to all of that, also after failures without number', () => {
  fc.assert(
    fc.property(fc.integer({min: 1, max: 100_000}), failures => {
      const whole = backoffMs(failures, 100, 1000, () => 0)
      const pause = backoffMs(failures, 100, 1000)
      expect(pause).toBeLessThanOrEqual(whole)
      expect(pause).toBeGreaterThanOrEqual(whole / 2)
    }),
  )
})
