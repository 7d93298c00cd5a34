import {StereoMix} from '@essence/core/audio/decode/stereo-mix'
import {describe, expect, it} from 'vitest'
import {noise, sine} from '../sounds.ts'

const rate = 16_000
const tone = sine(440, 1)

const interleaved = (left: Float32Array, right: Float32Array): Float32Array =>
  Float32Array.from({length: 2 * left.length}, (_, i) => (i % 2 ? right : left)[i >> 1] as number)

/** Mixed piece by piece, as it comes. */
const mixed = (left: Float32Array, right: Float32Array, piece = 320): Float32Array => {
  const mix = new StereoMix(rate)
  const both = interleaved(left, right)
  const out: number[] = []
  for (let at = 0; at < both.length; at += 2 * piece) out.push(...mix.mix(both.subarray(at, at + 2 * piece)))
  return Float32Array.from(out)
}

const level = (audio: Float32Array): number => Math.sqrt(audio.reduce((sum, x) => sum + x * x, 0) / audio.length)

describe('two channels', () => {
  it('that are equal stay what they are', () => {
    expect(level(mixed(tone, tone))).toBeCloseTo(level(tone), 5)
  })

  it('in opposite phase are what one of them says', () => {
    expect(
      level(
        mixed(
          tone,
          tone.map(x => -x),
        ),
      ),
    ).toBeCloseTo(level(tone), 2)
    expect(
      level(
        mixed(
          tone,
          tone.map(x => -0.9 * x),
        ),
      ),
    ).toBeCloseTo(level(tone), 2)
  })

  it('that differ, or of which one is silent, are their mean', () => {
    const [a, b] = [noise(rate, 0.5, 1), noise(rate, 0.5, 2)]
    expect(Array.from(mixed(a, b))).toEqual(Array.from(a, (x, i) => Math.fround((x + (b[i] as number)) / 2)))
    expect(level(mixed(tone, new Float32Array(rate)))).toBeCloseTo(level(tone) / 2, 4)
    expect(level(mixed(new Float32Array(rate), new Float32Array(rate)))).toBe(0)
  })

  it('change without a step', () => {
    const right = tone.map((x, i) => (i < rate / 2 ? -x : x))
    const audio = mixed(tone, right)
    const steps = audio.map((x, i) => Math.abs(x - (audio[i - 1] ?? x)))
    // A sine of 440 Hz at this level moves by 0.087 from sample to sample at the most.
    expect(Math.max(...steps)).toBeLessThan(0.1)
    expect(level(audio.subarray(rate - 2000))).toBeCloseTo(level(tone), 2)
  })
})
