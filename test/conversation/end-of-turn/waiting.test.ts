// How long the silence has to be, by what the detector says of it.
import {firstAskMs, silenceNeeded} from '@essence/core/conversation/end-of-turn/waiting'
import fc from 'fast-check'
import {expect, it} from 'vitest'

const all = ['low', 'medium', 'high', 'auto'] as const
const endOf = (probability: number, pace: (typeof all)[number] = 'auto'): number =>
  silenceNeeded([probability], pace).endsAtMs

it('asks after 200 ms, and until there is an answer the longest silence ends the turn', () => {
  expect(all.map(pace => silenceNeeded([], pace))).toEqual(
    [8000, 3000, 2000, 3000].map(endsAtMs => ({endsAtMs, askAtMs: firstAskMs})),
  )
})

it('a detector that is certain ends the turn soon, and the eager at once', () => {
  expect(all.map(pace => endOf(1, pace))).toEqual([600, 400, firstAskMs, 400])
})

it('one that is certain of the contrary has it last the longest', () => {
  expect(all.map(pace => endOf(0, pace))).toEqual([8000, 3000, 2000, 3000])
})

it('does not take a pause for an end because it lasts', () => {
  expect(silenceNeeded([0.2, 0.99, 0.99], 'auto')).toEqual(silenceNeeded([0.2], 'auto'))
  expect(silenceNeeded([0.2], 'auto').askAtMs).toBe(Number.POSITIVE_INFINITY)
})

it('more doubt never waits less, and the more eager never longer', () => {
  const probability = fc.double({min: 0, max: 1, noNaN: true})
  fc.assert(
    fc.property(probability, probability, (one, other) => {
      const [less, more] = one < other ? [one, other] : [other, one]
      for (const pace of all) expect(endOf(more, pace)).toBeLessThanOrEqual(endOf(less, pace))
      expect(endOf(one, 'high')).toBeLessThanOrEqual(endOf(one, 'medium'))
      expect(endOf(one, 'medium')).toBeLessThanOrEqual(endOf(one, 'low'))
    }),
  )
})
