import {clampSamples, concatSamples, Framer} from '@essence/core/audio/pcm'
import fc from 'fast-check'
import {expect, it} from 'vitest'
import {noise, sameSamples} from './sounds.ts'

it('clamps in place', () => {
  const pcm = Float32Array.of(0.5, 2, -2, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1, 1)
  expect(clampSamples(pcm)).toBe(pcm)
  expect([...pcm]).toEqual([0.5, 1, -1, 0, 1, -1, -1, 1])
})

it('frames of any cut are the whole again, all of one size but the last', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(50)), fc.integer({min: 1, max: 40}), (cuts, size) => {
      const parts = cuts.map(cut => noise(cut, 1, cut))
      const framer = new Framer(size)
      const frames = [...parts.flatMap(part => [...framer.push(part)]), ...framer.flush()]
      expect(sameSamples(concatSamples(frames), concatSamples(parts))).toBe(true)
      expect(frames.slice(0, -1).every(frame => frame.length === size)).toBe(true)
      expect((frames.at(-1)?.length ?? 1) >= 1).toBe(true)
    }),
  )
})
