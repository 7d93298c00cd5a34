import {quantilesOf} from '@essence/core/report/quantiles'
import {expect, it} from 'vitest'

it('gives figures that were measured: the middle one, that of 95 in 100, the largest', () => {
  expect(quantilesOf([5])).toEqual({p50: 5, p95: 5, max: 5})
  expect(quantilesOf([3, 1, 2])).toEqual({p50: 2, p95: 3, max: 3})
  const hundred = Array.from({length: 100}, (_, i) => 100 - i)
  expect(quantilesOf(hundred)).toEqual({p50: 50, p95: 95, max: 100})
})
