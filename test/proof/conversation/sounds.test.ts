import {personRate} from '@essence/core/proof/conversation/mixer'
import {cough, mhm, music} from '@essence/core/proof/conversation/sounds'
import {openTelephone} from '@essence/core/proof/conversation/telephone'
import {describe, expect, it} from 'vitest'
import {amplitudeAt, rms} from './levels.ts'

describe.each([
  ['mhm', mhm, 0.45],
  ['cough', cough, 0.5],
  ['music', music, 8],
] as const)('%s', (_, make, seconds) => {
  it('is the same for the same seed, of its length, as loud as speech', () => {
    const pcm = make(3)
    expect(pcm).toEqual(make(3))
    expect(pcm).not.toEqual(make(4))
    expect(pcm.length / personRate).toBeCloseTo(seconds)
    expect(pcm.every(sample => Math.abs(sample) <= 1)).toBe(true)
    const loud = pcm.filter(sample => Math.abs(sample) > 1e-3)
    expect(20 * Math.log10(rms(loud))).toBeCloseTo(-23, -0.5)
  })
})

it('"mhm" is voiced, a cough is not', () => {
  /** Likeness to itself one period of a voice later, the best of 80 to 200 Hz. */
  const voicing = (pcm: Float32Array): number => {
    const power = pcm.reduce((sum, sample) => sum + sample ** 2, 0)
    return Math.max(
      ...Array.from({length: 180}, (_, i) => i + 120).map(
        lag => pcm.reduce((sum, sample, i) => sum + sample * (pcm[i + lag] ?? 0), 0) / power,
      ),
    )
  }
  expect(voicing(mhm(1))).toBeGreaterThan(0.5)
  expect(voicing(cough(1))).toBeLessThan(0.25)
})

it('a telephone lets speech through, and what is above 4 kHz not', () => {
  const tone = (hz: number): Float32Array =>
    Float32Array.from({length: personRate}, (_, i) => 0.5 * Math.sin((2 * Math.PI * hz * i) / personRate))
  const through = (pcm: Float32Array): Float32Array => {
    const telephone = openTelephone()
    return Float32Array.from(
      [...Array(50).keys()].flatMap(at => [...telephone(pcm.subarray(at * 480, at * 480 + 480))]),
    )
  }
  expect(through(tone(1000))).toHaveLength(8000)
  expect(amplitudeAt(through(tone(1000)), 1000, 8000)).toBeCloseTo(0.5, 2)
  expect(rms(through(tone(5000)).subarray(100))).toBeLessThan(0.001)
})
