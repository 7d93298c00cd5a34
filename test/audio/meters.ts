// What is measured of sound: meters of their own, but for the loudness, which is the product's.
import {gatingBlocks, integratedLoudness} from '@essence/core/audio/dsp/loudness'
import {runSync} from '../kit/run-sync.ts'

/** Root mean square of samples: 0 for silence and for nothing, 1 for a full-scale square wave. */
export const rms = (audio: Float32Array): number => {
  let sum = 0
  for (const sample of audio) sum += sample * sample
  return audio.length === 0 ? 0 : Math.sqrt(sum / audio.length)
}

/** LUFS. */
export const loudness = (audio: Float32Array, sampleRate: number): number =>
  integratedLoudness(runSync(gatingBlocks(audio, sampleRate)))

/** Samples on each side that an interpolated point is made of: four times as many as the limiter looks at. */
const reach = 24

/** Weights of the three points between two samples: a sinc under a raised cosine (4 × as in ITU-R BS.1770-4, Annex 2). */
const between = [0.25, 0.5, 0.75].map(fraction =>
  Float64Array.from({length: 2 * reach}, (_, tap) => {
    const distance = fraction - (tap - reach + 1)
    return (Math.sin(Math.PI * distance) / (Math.PI * distance)) * Math.cos((Math.PI * distance) / (2 * reach)) ** 2
  }),
)

/** The true peak as an amplitude: also between the samples. */
export const truePeak = (audio: Float32Array): number => {
  let largest = 0
  for (let i = 0; i < audio.length; i++) {
    largest = Math.max(largest, Math.abs(audio[i] as number))
    // Between two samples it rises above both, by 6 dB at the very most in sound that is not made to break meters.
    if (Math.max(Math.abs(audio[i] as number), Math.abs(audio[i + 1] ?? 0)) * 2 <= largest) continue
    for (const weights of between) {
      let sum = 0
      for (let tap = 0; tap < weights.length; tap++) sum += (weights[tap] as number) * (audio[i + tap - reach + 1] ?? 0)
      largest = Math.max(largest, Math.abs(sum))
    }
  }
  return largest
}
