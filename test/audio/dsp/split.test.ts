import {splitAtPauses} from '@essence/core/audio/dsp/split'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {noise} from '../sounds.ts'

describe('splitAtPauses', () => {
  it('gives the input back, in windows that are not too long, as views', () => {
    fc.assert(
      fc.property(fc.nat(50_000), fc.double({min: 10, max: 2000, noNaN: true}), (samples, maxMs) => {
        const audio = noise(samples, 0.5, samples)
        const windows = splitAtPauses(audio, maxMs)
        // Each is a view into the input, begins where the last one ended, and the last one ends with the input.
        let end = 0
        for (const {startMs, audio: view} of windows) {
          const good = view.buffer === audio.buffer && view.byteOffset === end * 4 && startMs === end / 16
          if (!good || view.length === 0 || view.length / 16 > maxMs) return false
          end += view.length
        }
        return end === audio.length
      }),
    )
  })

  it('leaves what fits whole, and gives nothing for nothing', () => {
    const audio = noise(16_000, 0.5)
    expect(splitAtPauses(audio, 1000)).toEqual([{startMs: 0, audio}])
    expect(splitAtPauses(new Float32Array(), 1000)).toEqual([])
  })

  it('cuts inside the pause', () => {
    const audio = noise(16_000 * 20, 0.5)
    const pauses = [8000, 16_000].map(ms => ms * 16)
    for (const at of pauses) audio.fill(0, at, at + 300 * 16)
    const starts = splitAtPauses(audio, 10_000).map(window => window.startMs)
    expect(starts).toHaveLength(3)
    expect(starts[1]).toBeGreaterThan(8000)
    expect(starts[1]).toBeLessThan(8300)
    expect(starts[2]).toBeGreaterThan(16_000)
    expect(starts[2]).toBeLessThan(16_300)
  })

  it('takes the later of two equal pauses, and a quieter one before a later one', () => {
    const audio = noise(16_000 * 15, 0.5)
    for (const ms of [7000, 9000]) audio.fill(0, ms * 16, (ms + 300) * 16)
    expect(Math.floor((splitAtPauses(audio, 10_000)[1]?.startMs ?? 0) / 1000)).toBe(9)
    audio.fill(0.05, 9000 * 16, 9300 * 16)
    expect(Math.floor((splitAtPauses(audio, 10_000)[1]?.startMs ?? 0) / 1000)).toBe(7)
  })

  it('cuts silence into windows nearly full', () => {
    const windows = splitAtPauses(new Float32Array(16_000 * 60), 30_000)
    expect(windows[0]?.audio.length).toBeGreaterThan(16_000 * 29.5)
  })

  it.each([0, -1, 0.01, Number.NaN])('refuses windows of %d ms', maxMs => {
    expect(() => splitAtPauses(noise(100, 1), maxMs)).toThrow(expect.objectContaining({code: 'USAGE'}))
  })
})
