import {concatSamples} from '../../audio/pcm.ts'
import {personRate} from './mixer.ts'

/** Hz of a telephone. */
export const telephoneRate = 8000
const step = personRate / telephoneRate

/** Hz above which a telephone lets nothing through. */
const cutHz = 3400
const taps = 95

/** A windowed sinc (Blackman). */
const filter = Float32Array.from({length: taps}, (_, i) => {
  const x = i - (taps - 1) / 2
  const sinc = x === 0 ? (2 * cutHz) / personRate : Math.sin((2 * Math.PI * cutHz * x) / personRate) / (Math.PI * x)
  const phase = (2 * Math.PI * i) / (taps - 1)
  return sinc * (0.42 - 0.5 * Math.cos(phase) + 0.08 * Math.cos(2 * phase))
})

/** Brings a microphone to the rate of a telephone, piece by piece; each a multiple of three samples. It lags by 2 ms. */
export const openTelephone = (): ((pcm: Float32Array) => Float32Array) => {
  let before: Float32Array = new Float32Array(taps - 1)
  return pcm => {
    const all = concatSamples([before, pcm])
    before = all.slice(-(taps - 1))
    return Float32Array.from({length: pcm.length / step}, (_, n) =>
      filter.reduce((sum, weight, i) => sum + weight * (all[n * step + i] as number), 0),
    )
  }
}
