// What Smart Turn is given of a sound.
import {heardSamples, normalized} from '@essence/core/conversation/end-of-turn/smart-turn-input'
import {expect, it} from 'vitest'
import {noise} from '../../audio/sounds.ts'

const mean = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0) / values.length

it('has mean 0 and variance 1 over all of the 8 s, silence in front included', () => {
  const heard = normalized(noise(16_000, 0.2).map(sample => sample + 0.1)).subarray(0, heardSamples)
  expect(mean(heard)).toBeCloseTo(0, 5)
  expect(mean(heard.map(value => value * value))).toBeCloseTo(1, 3)
  expect(new Set(heard.subarray(0, heardSamples - 16_000)).size).toBe(1)
})

it('ends with half a frame mirrored', () => {
  const samples = normalized(noise(heardSamples, 0.2))
  expect(samples.length).toBe(heardSamples + 200)
  expect([samples[heardSamples], samples[heardSamples + 199]]).toEqual([
    samples[heardSamples - 2],
    samples[heardSamples - 201],
  ])
})

it('of silence is silence', () => {
  expect(normalized(new Float32Array()).every(sample => sample === 0)).toBe(true)
})
