import type {OnnxGraph, Value} from './graph.ts'

/** Samples of a frame, and from one frame to the next; two frames are one position. */
const frameSamples = 400
const hopSamples = 160

/**
 * The samples of so many frames: half a frame of the audio's beginning, mirrored, stands before it, as OpenAI's transform has it; what is
 * shorter is followed by silence, what is longer is left out.
 */
export const framed = (audio: Float32Array, frames: number): Float32Array => {
  const samples = new Float32Array((frames - 1) * hopSamples + frameSamples)
  const half = frameSamples / 2
  for (let i = 0; i < half; i++) samples[i] = audio[half - i] ?? 0
  samples.set(audio.subarray(0, samples.length - half), half)
  return samples
}

/**
 * The logarithmic mel spectrogram as OpenAI's `log_mel_spectrogram` computes it (Hann window of 400 samples, power,
 * mel bands, log10, nothing more than 8 below the loudest, (x + 4) / 4); the Fourier transform is a convolution.
 * @param samples [1, 1, n], of `framed`
 * @returns [1, bands, frames]
 */
export const logMel = (graph: OnnxGraph, samples: Value, filters: Float32Array, bands: number): Value => {
  const bins = frameSamples / 2 + 1
  const waves = graph.constant(fourierKernels(bins), [2 * bins, 1, frameSamples])
  const spectrum = graph.op('Conv', [samples, waves], {
    strides: {ints: [hopSamples]},
    kernel_shape: {ints: [frameSamples]},
  })
  const squares = graph.op('Mul', [spectrum, spectrum])
  const [real = '', imaginary = ''] = graph.ops('Split', [squares], 2, {axis: {int: 1}, num_outputs: {int: 2}})
  const power = graph.op('Add', [real, imaginary])
  const energy = graph.op('MatMul', [graph.constant(Float32Array.from(filters), [bands, bins]), power])
  const logarithm = graph.op('Log', [graph.op('Max', [energy, graph.float(1e-10)])])
  const mel = graph.op('Mul', [logarithm, graph.float(Math.LOG10E)])
  const floor = graph.op('Sub', [graph.op('ReduceMax', [mel], {keepdims: {int: 1}}), graph.float(8)])
  const bounded = graph.op('Max', [mel, floor])
  return graph.op('Mul', [graph.op('Add', [bounded, graph.float(4)]), graph.float(0.25)])
}

/** Windowed cosines, then windowed sines, one of each for each frequency. */
const fourierKernels = (bins: number): Float32Array<ArrayBuffer> => {
  const kernels = new Float32Array(2 * bins * frameSamples)
  for (let bin = 0; bin < bins; bin++)
    for (let i = 0; i < frameSamples; i++) {
      const window = 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / frameSamples)
      // The product is taken modulo the period: exact, where a large angle is not.
      const angle = (2 * Math.PI * ((bin * i) % frameSamples)) / frameSamples
      kernels[bin * frameSamples + i] = window * Math.cos(angle)
      kernels[(bins + bin) * frameSamples + i] = window * Math.sin(angle)
    }
  return kernels
}

/** Slaney's scale of pitch: linear to 1000 Hz, logarithmic above. */
const hzOfMel = (mel: number): number =>
  mel < 15 ? (200 * mel) / 3 : 1000 * Math.exp((Math.log(6.4) / 27) * (mel - 15))
const melOfHz = (hz: number): number => (hz < 1000 ? (3 * hz) / 200 : 15 + Math.log(hz / 1000) / (Math.log(6.4) / 27))

/**
 * The mel filters Whisper's models are trained with, as librosa computes them for 16 kHz: triangles of equal area, their corners
 * equally far apart on Slaney's scale.
 * @returns [bands, 201]
 */
export const slaneyFilters = (bands: number): Float32Array => {
  const bins = frameSamples / 2 + 1
  const corners = Array.from({length: bands + 2}, (_, i) => hzOfMel((melOfHz(8000) * i) / (bands + 1)))
  const filters = new Float32Array(bands * bins)
  for (let band = 0; band < bands; band++) {
    const [low = 0, middle = 0, high = 0] = corners.slice(band, band + 3)
    for (let bin = 0; bin < bins; bin++) {
      const hz = (bin * 16_000) / frameSamples
      const height = Math.min((hz - low) / (middle - low), (high - hz) / (high - middle))
      filters[band * bins + bin] = (2 * Math.max(0, height)) / (high - low)
    }
  }
  return filters
}
