import {leveller} from '@essence/core/stt/vad/leveller'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {noise} from '../../audio/sounds.ts'

const frame = 512
const rms = (audio: Float32Array): number => Math.sqrt(audio.reduce((sum, one) => sum + one * one, 0) / audio.length)
const dbfs = (audio: Float32Array): number => 20 * Math.log10(rms(audio))
/** Noise with a root mean square in dBFS, one second. */
const at = (level: number): Float32Array => {
  const sound = noise(31 * frame, 1, 5)
  const gain = 10 ** (level / 20) / rms(sound)
  return sound.map(sample => sample * gain)
}

/** A second of a room, and a leveller that has heard it. */
const inRoom = (level: number): ReturnType<typeof leveller> => {
  const raise = leveller()
  raise(at(level))
  return raise
}

describe('leveller', () => {
  it('raises what stands out of its surroundings to one level, and by 50 dB at most', () => {
    for (const level of [-60, -40, -26]) expect(dbfs(inRoom(level - 30)(at(level)))).toBeCloseTo(-17.5, 0)
    expect(dbfs(inRoom(-110)(at(-80)))).toBeCloseTo(-30, 0)
    expect(rms(leveller()(new Float32Array(frame)))).toBe(0)
  })

  it('raises no more than it is told to', () => {
    const raise = leveller(30)
    raise(at(-100))
    expect(dbfs(raise(at(-60)))).toBeCloseTo(-30, 0)
  })

  it('leaves the noise of a room well below speech, however long it lasts', () => {
    const raise = leveller()
    for (const _ of [1, 2, 3, 4]) expect(dbfs(raise(at(-66)))).toBeLessThan(-40)
  })

  it('leaves loud sound as it is', () => {
    for (const level of [-10, -24]) expect(leveller()(at(level))).toEqual(at(level))
  })

  it('forgets a loud moment within seconds', () => {
    const raise = inRoom(-80)
    raise(at(-16))
    // Words with the room between them.
    const second = (): number => {
      raise(at(-80).subarray(0, 8 * frame))
      return dbfs(raise(at(-46)).subarray(-frame))
    }
    expect(second()).toBeLessThan(-30)
    for (const _ of [1, 2, 3, 4]) second()
    expect(second()).toBeGreaterThan(-19)
  })

  it('takes an offset for no loudness', () => {
    const raise = leveller()
    const offset = (level: number): Float32Array => at(level).map(sample => sample + 0.5)
    raise(offset(-80))
    expect(raise(offset(-50))[frame - 1]).toBeCloseTo(((at(-50)[frame - 1] ?? 0) + 0.5) * 10 ** (32.5 / 20), -1)
  })

  it('gives the same whatever pieces of whole frames it is given', () => {
    const sound = at(-45)
    const whole = leveller()(sound)
    fc.assert(
      fc.property(fc.integer({min: 1, max: 31}), frames => {
        const level = leveller()
        const out: number[] = []
        for (let from = 0; from < sound.length; from += frames * frame)
          out.push(...level(sound.subarray(from, from + frames * frame)))
        expect(out).toEqual([...whole])
      }),
      {numRuns: 8},
    )
  })
})
