import {quietestCut} from '@essence/core/audio/dsp/quietest-cut'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {noise} from '../sounds.ts'

/** Cuts sound into windows of at most `maxMs`, one after the other. */
const windowsOf = (audio: Float32Array, maxMs: number): {startMs: number; audio: Float32Array}[] => {
  const maxSamples = Math.floor(maxMs * 16)
  const windows: {startMs: number; audio: Float32Array}[] = []
  for (let start = 0; start < audio.length; ) {
    const rest = audio.subarray(start)
    const end = rest.length <= maxSamples ? audio.length : start + quietestCut(rest.subarray(0, maxSamples))
    windows.push({startMs: start / 16, audio: audio.subarray(start, end)})
    start = end
  }
  return windows
}

describe('quietestCut', () => {
  it('gives the input back, in windows that are not empty nor too long', () => {
    fc.assert(
      fc.property(fc.nat(50_000), fc.double({min: 10, max: 2000, noNaN: true}), (samples, maxMs) => {
        const audio = noise(samples, 0.5, samples)
        const windows = windowsOf(audio, maxMs)
        return (
          windows.every(({audio: {length}}) => length > 0 && length / 16 <= maxMs) &&
          windows.reduce((sum, window) => sum + window.audio.length, 0) === audio.length
        )
      }),
    )
  })

  it('leaves what fits whole, and gives nothing for nothing', () => {
    const audio = noise(16_000, 0.5)
    expect(windowsOf(audio, 1000)).toEqual([{startMs: 0, audio}])
    expect(windowsOf(new Float32Array(), 1000)).toEqual([])
  })

  it('cuts inside the pause', () => {
    const audio = noise(16_000 * 20, 0.5)
    const pauses = [8000, 16_000].map(ms => ms * 16)
    for (const at of pauses) audio.fill(0, at, at + 300 * 16)
    const starts = windowsOf(audio, 10_000).map(window => window.startMs)
    expect(starts).toHaveLength(3)
    expect(starts[1]).toBeGreaterThan(8000)
    expect(starts[1]).toBeLessThan(8300)
    expect(starts[2]).toBeGreaterThan(16_000)
    expect(starts[2]).toBeLessThan(16_300)
  })

  it('takes the later of two equal pauses, and a quieter one before a later one', () => {
    const audio = noise(16_000 * 15, 0.5)
    for (const ms of [7000, 9000]) audio.fill(0, ms * 16, (ms + 300) * 16)
    expect(Math.floor((windowsOf(audio, 10_000)[1]?.startMs ?? 0) / 1000)).toBe(9)
    audio.fill(0.05, 9000 * 16, 9300 * 16)
    expect(Math.floor((windowsOf(audio, 10_000)[1]?.startMs ?? 0) / 1000)).toBe(7)
  })

  it('cuts silence into windows nearly full', () => {
    const windows = windowsOf(new Float32Array(16_000 * 60), 30_000)
    expect(windows[0]?.audio.length).toBeGreaterThan(16_000 * 29.5)
  })
})
