import {clampedSamples, clampSamples, concatSamples, Framer, fromPcm16, toPcm16} from '@essence/core/audio/pcm'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {runSync} from '../kit/run-sync.ts'
import {noise, sameSamples} from './sounds.ts'

it('clamps in place', () => {
  const pcm = Float32Array.of(0.5, 2, -2, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1, 1)
  expect(clampSamples(pcm)).toBe(pcm)
  expect([...pcm]).toEqual([0.5, 1, -1, 0, 1, -1, -1, 1])
})

it('clamps in a copy, and only where it must', () => {
  const fine = Float32Array.of(0.5, -1, 1)
  expect(runSync(clampedSamples(fine))).toBe(fine)
  const wild = Float32Array.of(0.5, 2, Number.NaN)
  expect([...runSync(clampedSamples(wild))]).toEqual([0.5, 1, 0])
  expect([...wild]).toEqual([0.5, 2, Number.NaN])
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

describe('16-bit PCM', () => {
  it.each([
    [0, 0],
    [1, 32_767],
    [-1, -32_767],
    [0.51 / 32_767, 1],
    [0.49 / 32_767, 0],
    [-0.49 / 32_767, 0],
    [-0.51 / 32_767, -1],
    [1.01, 32_767],
    [-3, -32_767],
    [Number.POSITIVE_INFINITY, 32_767],
    [Number.NaN, 0],
  ])('%f becomes %i', (sample, step) => {
    const bytes = toPcm16(Float32Array.of(sample))
    expect(bytes.readInt16LE()).toBe(step)
  })

  it('comes back as it was, wherever it lies in memory, without half a sample', () => {
    const samples = Float32Array.from({length: 500}, (_, at) => Math.sin(at))
    const bytes = toPcm16(samples)
    for (const offset of [0, 1, 2, 3]) {
      const place = new Uint8Array(offset + bytes.length + 1)
      place.set(bytes, offset)
      for (const extra of [0, 1]) {
        const back = fromPcm16(place.subarray(offset, offset + bytes.length + extra), 32_767)
        expect(back).toHaveLength(500)
        expect(Math.max(...back.map((sample, at) => Math.abs(sample - (samples[at] ?? 0))))).toBeLessThan(0.51 / 32_767)
      }
    }
  })

  it('holds what no sample of ours is: the lowest step', () => {
    expect([...fromPcm16(Buffer.from([0, 128]))]).toEqual([-1])
    expect([...fromPcm16(Buffer.from([0, 128]), 32_767)]).toEqual([-1])
  })
})
