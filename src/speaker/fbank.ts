import {fft} from '../audio/dsp/fft.ts'

/** Bands of the features that speaker models take. */
export const bands = 80

/** 25 ms at 16 kHz, and 10 ms from one frame to the next. */
const frameSamples = 400
const hopSamples = 160
const fftSize = 512
/** Of the spectrum up to, and without, 8 kHz. */
const bins = fftSize / 2

const preemphasis = 0.97
const lowestHz = 20

/** `FLT_EPSILON`: what Kaldi takes for the energy of a band that has none. */
const leastEnergy = 2 ** -23

/** The shapes of a frame that models were trained with. */
export type WindowShape = 'povey' | 'hamming'

export interface FbankOptions {
  window: WindowShape
  /** What 1 is in the samples the model was trained with: 1, or 32768 for those of 16 bits. */
  scale: 1 | 32_768
}

const transform = fft(fftSize)

const windowOf = (height: (phase: number) => number): Float64Array =>
  Float64Array.from({length: frameSamples}, (_, i) => height((2 * Math.PI * i) / (frameSamples - 1)))

const windows: Record<WindowShape, Float64Array> = {
  povey: windowOf(phase => (0.5 - 0.5 * Math.cos(phase)) ** 0.85),
  hamming: windowOf(phase => 0.54 - 0.46 * Math.cos(phase)),
}

/** How many frames a sound has: only whole ones (`snip_edges`). */
export const framesOf = (samples: number): number =>
  samples < frameSamples ? 0 : 1 + Math.floor((samples - frameSamples) / hopSamples)

/**
 * The logarithmic energies of 80 mel bands, as Kaldi computes them (`compute-fbank-feats`, dither 0, energies by power), of each frame, less
 * the mean of all frames: what 3D-Speaker and WeSpeaker trained their models with.
 * @param audio mono, 16 kHz, −1..1
 * @returns [frames, 80], frame by frame
 */
export const fbank = (audio: Float32Array, {window, scale}: FbankOptions): Float32Array => {
  const frames = framesOf(audio.length)
  const features = new Float32Array(frames * bands)
  const shape = windows[window]
  const real = new Float64Array(fftSize)
  const imaginary = new Float64Array(fftSize)
  for (let frame = 0; frame < frames; frame++) {
    real.fill(0)
    imaginary.fill(0)
    prepare(audio.subarray(frame * hopSamples, frame * hopSamples + frameSamples), scale, real)
    for (let i = 0; i < frameSamples; i++) real[i] = (real[i] as number) * (shape[i] as number)
    transform.forward(real, imaginary)
    for (let i = 0; i < bins; i++) real[i] = (real[i] as number) ** 2 + (imaginary[i] as number) ** 2
    melEnergies(real, features.subarray(frame * bands, (frame + 1) * bands))
  }
  subtractMean(features, frames)
  return features
}

/** Takes the offset away and raises high frequencies, as Kaldi does before it windows. */
const prepare = (samples: Float32Array, scale: number, into: Float64Array): void => {
  let mean = 0
  for (let i = 0; i < frameSamples; i++) mean += (samples[i] as number) * scale
  mean /= frameSamples
  let before = (samples[0] as number) * scale - mean
  for (let i = 0; i < frameSamples; i++) {
    const sample = (samples[i] as number) * scale - mean
    into[i] = sample - preemphasis * before
    before = sample
  }
}

const melOf = (hz: number): number => 1127 * Math.log(1 + hz / 700)

/** Triangles between points that are equally far apart in mel, each with the first bin it covers. */
const filters = Array.from({length: bands}, (_, band) => {
  const [low, high] = [melOf(lowestHz), melOf(8000)]
  const width = (high - low) / (bands + 1)
  const middle = low + (band + 1) * width
  const heights = Array.from({length: bins}, (_, bin) => 1 - Math.abs(melOf((bin * 16_000) / fftSize) - middle) / width)
  const first = heights.findIndex(height => height > 0)
  const last = heights.findLastIndex(height => height > 0)
  return {first, weights: Float64Array.from(heights.slice(first, last + 1))}
})

const melEnergies = (power: Float64Array, into: Float32Array): void => {
  filters.forEach(({first, weights}, band) => {
    let energy = 0
    for (let i = 0; i < weights.length; i++) energy += (weights[i] as number) * (power[first + i] as number)
    into[band] = Math.log(Math.max(energy, leastEnergy))
  })
}

const subtractMean = (features: Float32Array, frames: number): void => {
  for (let band = 0; band < bands; band++) {
    let mean = 0
    for (let frame = 0; frame < frames; frame++) mean += features[frame * bands + band] as number
    mean /= frames
    for (let frame = 0; frame < frames; frame++) {
      const at = frame * bands + band
      features[at] = (features[at] as number) - mean
    }
  }
}
