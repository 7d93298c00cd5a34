import {fft} from '../../audio/dsp/fft.ts'
import {blockSamples} from './echo-filter.ts'

const size = 2 * blockSamples
const bins = blockSamples + 1

/** What is left of the echo is taken for so many times as strong as is expected: an echo of speech comes and goes. */
const caution = 4
/** Nothing is made weaker than by 26 dB. */
const floor = 0.05
/** How much of the way up a gain goes in a block; down it goes at once. */
const rise = 0.5

/**
 * Makes each frequency weaker by what is left of the echo in it (spectral subtraction); what is much louder than that stays as it is.
 * What comes out is one block late.
 */
export const residualSuppressor = () => {
  const transform = fft(size)
  const window = Float64Array.from({length: size}, (_, i) => Math.sin((Math.PI * (i + 0.5)) / size))
  const [re, im] = [new Float64Array(size), new Float64Array(size)]
  const [last, overlap] = [new Float64Array(blockSamples), new Float64Array(blockSamples)]
  const gains = new Float64Array(bins).fill(1)
  /**
   * @param block sound that has echo left in it
   * @param left power of that echo, by frequency, as `EchoFilter` gives it
   * @returns the block before, without
   */
  return (block: Float32Array, left: Float64Array): Float32Array => {
    for (let i = 0; i < blockSamples; i++) {
      re[i] = (last[i] as number) * (window[i] as number)
      re[blockSamples + i] = (block[i] as number) * (window[blockSamples + i] as number)
    }
    last.set(block)
    im.fill(0)
    transform.forward(re, im)
    for (let k = 0; k < bins; k++) {
      const power = (re[k] as number) ** 2 + (im[k] as number) ** 2
      const gain = Math.max(floor, 1 - (caution * (left[k] as number)) / (power + 1e-12))
      const before = gains[k] as number
      gains[k] = gain > before ? before + rise * (gain - before) : gain
    }
    for (let k = 0; k < size; k++) {
      const gain = gains[k < bins ? k : size - k] as number
      re[k] = (re[k] as number) * gain
      im[k] = (im[k] as number) * gain
    }
    transform.inverse(re, im)
    const out = new Float32Array(blockSamples)
    for (let i = 0; i < blockSamples; i++) {
      out[i] = (overlap[i] as number) + (re[i] as number) * (window[i] as number)
      overlap[i] = (re[blockSamples + i] as number) * (window[blockSamples + i] as number)
    }
    return out
  }
}
