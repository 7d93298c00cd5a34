import {readAudio} from '@essence/core/audio/decode/decode'
import {aLaw, muLaw} from '@essence/core/audio/g711'
import {describe, expect, it} from 'vitest'
import {wavOf} from './sounds.ts'

const bytes = Uint8Array.from({length: 256}, (_, byte) => byte)

describe.each([
  ['µ-law', muLaw, 7],
  ['A-law', aLaw, 6],
] as const)('%s', (_name, law, tag) => {
  it('is decoded as by FFmpeg', async () => {
    const file = wavOf(Buffer.concat(Array.from({length: 8}, () => bytes)), {tag, rate: 8000, bits: 8})
    const theirs = await readAudio({bytes: file}, {sampleRate: 8000})
    const ours = law.decode(bytes)
    expect(ours.length).toBe(256)
    for (const [at, sample] of ours.entries()) expect(theirs[at]).toBeCloseTo(sample, 5)
  })

  it('gives back what it decoded, and is never further from a sample than half its step', () => {
    const samples = law.decode(bytes)
    expect(law.decode(law.encode(samples))).toEqual(samples)
    const steps = [...samples].sort((a, b) => a - b)
    for (let sample = -1; sample <= 1; sample += 0.001) {
      const [heard] = law.decode(law.encode(Float32Array.of(sample)))
      const nearest = Math.min(...steps.map(step => Math.abs(step - Math.min(sample, 32_767 / 32_768))))
      expect(Math.abs((heard ?? 2) - Math.min(sample, 32_767 / 32_768))).toBeCloseTo(nearest, 4)
    }
  })

  it('clips what is beyond full scale, and is silent for what is no number', () => {
    const [loud, low, none] = law.decode(law.encode(Float32Array.of(3, -3, Number.NaN)))
    expect([loud, low].map(sample => Math.sign(sample ?? 0))).toEqual([1, -1])
    expect(Math.abs(none ?? 1)).toBeLessThan(0.001)
  })
})
