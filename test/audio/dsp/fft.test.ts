import fc from 'fast-check'
import {expect, it} from 'vitest'
import {fft} from '../../../src/audio/dsp/fft.ts'

const complexes = fc.array(
  fc.tuple(fc.double({min: -1, max: 1, noNaN: true}), fc.double({min: -1, max: 1, noNaN: true})),
  {
    minLength: 16,
    maxLength: 16,
  },
)

it('is the sum of the samples times the waves of each frequency, and its inverse gives the samples back', () => {
  fc.assert(
    fc.property(complexes, samples => {
      const [re, im] = [Float64Array.from(samples, ([a]) => a), Float64Array.from(samples, ([, b]) => b)]
      fft(16).forward(re, im)
      for (let k = 0; k < 16; k++) {
        let [sumRe, sumIm] = [0, 0]
        for (const [n, [a, b]] of samples.entries()) {
          const angle = (-2 * Math.PI * k * n) / 16
          sumRe += a * Math.cos(angle) - b * Math.sin(angle)
          sumIm += a * Math.sin(angle) + b * Math.cos(angle)
        }
        expect(re[k]).toBeCloseTo(sumRe, 9)
        expect(im[k]).toBeCloseTo(sumIm, 9)
      }
      fft(16).inverse(re, im)
      for (const [n, [a, b]] of samples.entries()) {
        expect(re[n]).toBeCloseTo(a, 9)
        expect(im[n]).toBeCloseTo(b, 9)
      }
    }),
  )
})
