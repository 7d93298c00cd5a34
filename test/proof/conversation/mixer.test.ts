import {openMixer, personRate} from '@essence/core/proof/conversation/mixer'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {rms} from './levels.ts'

const ones = (samples: number, level = 0.5): Float32Array => new Float32Array(samples).fill(level)

/** Where there is more than the noise of the room. */
const loud = (pcm: Float32Array): number[] => [...pcm.keys()].filter(at => Math.abs(pcm[at] as number) > 0.01)

describe('the microphone', () => {
  it('hears a sound where it was played, however it is read', () => {
    fc.assert(
      fc.property(
        fc.integer({min: 0, max: 500}),
        fc.integer({min: 1, max: 900}),
        fc.array(fc.integer({min: 1, max: 700}), {minLength: 1, maxLength: 9}),
        (before, length, reads) => {
          const mixer = openMixer({seed: 1})
          mixer.next(before)
          const {startMs, endMs} = mixer.play(ones(length))
          expect(startMs).toBeCloseTo((before * 1000) / personRate)
          expect(endMs - startMs).toBeCloseTo((length * 1000) / personRate)
          const heard = reads.flatMap(samples => [...mixer.next(samples)])
          expect(loud(Float32Array.from(heard))).toEqual([...Array(Math.min(length, heard.length)).keys()])
        },
      ),
    )
  })

  it('is the same for the same seed, and never silent', () => {
    const [a, b, c] = [1, 1, 2].map(seed => openMixer({seed}).next(4800)) as [Float32Array, Float32Array, Float32Array]
    expect(a).toEqual(b)
    expect(a).not.toEqual(c)
    expect(20 * Math.log10(rms(a))).toBeCloseTo(-70, 0)
  })

  it('hears what is behind over and over, at its level, until it ends', () => {
    const mixer = openMixer({seed: 1})
    mixer.behind(ones(300, 1), -20)
    const heard = mixer.next(1000)
    expect(heard.every(sample => Math.abs(sample - 0.1) < 0.005)).toBe(true)
    mixer.behind(undefined)
    expect(loud(mixer.next(1000))).toEqual([])
  })

  it('hears June later and quieter', () => {
    const echoOf = (fromMs: number, samples: number): Float32Array =>
      Float32Array.from({length: samples}, (_, i) => (fromMs + (i * 1000) / personRate >= 0 ? 1 : 0))
    const mixer = openMixer({seed: 1, echoOf})
    mixer.echo({db: -20, delayMs: 50})
    const heard = mixer.next(2400)
    expect(loud(heard)[0]).toBe(1200)
    expect(heard.at(-1)).toBeCloseTo(0.1, 2)
  })

  it('never leaves −1..1', () => {
    const mixer = openMixer({seed: 1})
    for (let i = 0; i < 5; i++) mixer.play(ones(100, 0.9))
    expect(Math.max(...mixer.next(100))).toBe(1)
  })
})
