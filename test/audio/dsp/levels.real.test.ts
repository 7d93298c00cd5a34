import {fromDbfs, peak, toDbfs} from '@essence/core/audio/dsp/levels'
import {describe, expect, it} from 'vitest'
import {rms} from '../meters.ts'
import {sine} from '../sounds.ts'

describe('levels', () => {
  it('of a sine', () => {
    expect(rms(sine(440, 1))).toBeCloseTo(0.5 / Math.SQRT2, 4)
    expect(peak(sine(440, 1))).toBeCloseTo(0.5, 3)
    expect(peak(Float32Array.of(0.1, -0.7))).toBeCloseTo(0.7)
  })

  it('of nothing', () => {
    expect(peak(new Float32Array())).toBe(0)
    expect(toDbfs(0)).toBe(Number.NEGATIVE_INFINITY)
  })

  it('in dB and back', () => {
    expect(toDbfs(0.1)).toBeCloseTo(-20)
    for (const db of [-90, -20, -3, 0, 6]) expect(toDbfs(fromDbfs(db))).toBeCloseTo(db)
  })
})
