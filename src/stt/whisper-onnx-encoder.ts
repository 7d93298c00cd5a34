import {OnnxGraph, type Value} from '../onnx/graph.ts'
import type {WhisperContents} from './whisper-file.ts'
import {attend, feedForward, type Layers, linear, norm, splitHeads} from './whisper-onnx-layers.ts'
import type {WhisperWeights} from './whisper-onnx-weights.ts'

/** Samples of a frame, and from one frame to the next; two frames are one position. */
export const frameSamples = 400
export const hopSamples = 160

/**
 * The encoder as an ONNX file, for audio of any length.
 * Inputs: `samples` [1, 1, n] (16 kHz; n such that the frames are twice the positions), `places` [1, positions, width].
 * Outputs for each layer i of the decoder: `key_i` [heads, width of a head, positions], `value_i` [heads, positions, width of a head].
 */
export const encoderGraph = ({shape, melFilters}: WhisperContents, weights: WhisperWeights): OnnxGraph => {
  const {width, audioHeads, audioLayers, textHeads, textLayers, melBands} = shape
  const graph = new OnnxGraph('whisper encoder')
  const layers: Layers = {graph, weights, width, heads: audioHeads}
  const samples = graph.input('samples', 'float32', [1, 1, 'samples'])
  const places = graph.input('places', 'float32', [1, 'positions', width])

  const mel = logMel(graph, samples, melFilters, melBands)
  const once = convolve(layers, mel, 'encoder.conv1', melBands, 1)
  const twice = convolve(layers, once, 'encoder.conv2', width, 2)
  let x = graph.op('Add', [graph.op('Transpose', [twice], {perm: {ints: [0, 2, 1]}}), places])
  for (let i = 0; i < audioLayers; i++) {
    const name = `encoder.blocks.${i}`
    const heard = norm(layers, x, `${name}.attn_ln`)
    const query = linear(layers, heard, `${name}.attn.query`)
    const key = linear(layers, heard, `${name}.attn.key`, {bias: false})
    const value = linear(layers, heard, `${name}.attn.value`)
    x = graph.op('Add', [x, linear(layers, attend(layers, query, key, value), `${name}.attn.out`)])
    x = feedForward(layers, x, name)
  }
  x = norm(layers, x, 'encoder.ln_post')

  const decoder = {...layers, heads: textHeads}
  for (let i = 0; i < textLayers; i++) {
    const name = `decoder.blocks.${i}.cross_attn`
    const key = splitHeads(decoder, linear(layers, x, `${name}.key`, {bias: false}), [1, 2, 0])
    const value = splitHeads(decoder, linear(layers, x, `${name}.value`))
    const size = width / textHeads
    graph.output(key, `key_${i}`, 'float32', [textHeads, size, 'positions'])
    graph.output(value, `value_${i}`, 'float32', [textHeads, 'positions', size])
  }
  return graph
}

/**
 * The logarithmic mel spectrogram as OpenAI's `log_mel_spectrogram` computes it (Hann window of 400 samples, power,
 * mel bands, log10, nothing more than 8 below the loudest, (x + 4) / 4); the Fourier transform is a convolution.
 */
const logMel = (graph: OnnxGraph, samples: Value, filters: Float32Array, bands: number): Value => {
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

const convolve = ({graph, weights, width}: Layers, x: Value, name: string, channels: number, stride: number): Value => {
  const kernel = graph.constant(weights.floats(`${name}.weight`, [3, channels, width]), [width, channels, 3])
  const bias = graph.constant(weights.floats(`${name}.bias`, [width]))
  const attributes = {strides: {ints: [stride]}, pads: {ints: [1, 1]}, kernel_shape: {ints: [3]}}
  return graph.op('Gelu', [graph.op('Conv', [x, kernel, bias], attributes)])
}
