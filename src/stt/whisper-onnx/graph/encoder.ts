import {OnnxGraph, type Value} from '../../../onnx/graph.ts'
import {logMel} from '../../../onnx/log-mel.ts'
import type {WhisperContents} from '../../ggml/whisper-file.ts'
import {attend, feedForward, type Layers, linear, multiplyMany, norm, splitHeads} from './layers.ts'
import type {WhisperWeights} from './weights.ts'

/**
 * The encoder as an ONNX file, for audio of any length.
 * Inputs: `samples` [1, 1, n] (16 kHz; n such that the frames are twice the positions), `places` [1, positions, width].
 * Outputs for each layer i of the decoder: `key_i` [heads, width of a head, positions] (scaled for attention), `value_i` [heads, positions, width of a head].
 */
export const encoderGraph = ({shape, melFilters}: WhisperContents, weights: WhisperWeights): OnnxGraph => {
  const {width, audioHeads, audioLayers, textHeads, textLayers, melBands} = shape
  const graph = new OnnxGraph('whisper encoder')
  const layers: Layers = {graph, weights, width, heads: audioHeads, multiply: multiplyMany}
  const samples = graph.input('samples', 'float32', [1, 1, 'samples'])
  const places = graph.input('places', 'float32', [1, 'positions', width])

  const mel = logMel(graph, samples, melFilters, melBands)
  const once = convolve(layers, mel, 'encoder.conv1', melBands, 1)
  const twice = convolve(layers, once, 'encoder.conv2', width, 2)
  let x = graph.op('Add', [graph.op('Transpose', [twice], {perm: {ints: [0, 2, 1]}}), places])
  for (let i = 0; i < audioLayers; i++) {
    const name = `encoder.blocks.${i}`
    const input = norm(layers, x, `${name}.attn_ln`)
    const query = linear(layers, input, `${name}.attn.query`)
    const key = linear(layers, input, `${name}.attn.key`, {bias: false})
    const value = linear(layers, input, `${name}.attn.value`)
    x = graph.op('Add', [x, linear(layers, attend(layers, query, key, value), `${name}.attn.out`)])
    x = feedForward(layers, x, name)
  }
  x = norm(layers, x, 'encoder.ln_post')

  const decoder = {...layers, heads: textHeads}
  for (let i = 0; i < textLayers; i++) {
    const name = `decoder.blocks.${i}.cross_attn`
    const size = width / textHeads
    const split = splitHeads(decoder, linear(layers, x, `${name}.key`, {bias: false}), [1, 2, 0])
    const key = graph.op('Mul', [split, graph.float(1 / Math.sqrt(size))])
    const value = splitHeads(decoder, linear(layers, x, `${name}.value`))
    graph.output(key, `key_${i}`, 'float32', [textHeads, size, 'positions'])
    graph.output(value, `value_${i}`, 'float32', [textHeads, 'positions', size])
  }
  return graph
}

const convolve = ({graph, weights, width}: Layers, x: Value, name: string, channels: number, stride: number): Value => {
  const kernel = graph.constant(weights.floats(`${name}.weight`, [3, channels, width]), [width, channels, 3])
  const bias = graph.constant(weights.floats(`${name}.bias`, [width]))
  const attributes = {strides: {ints: [stride]}, pads: {ints: [1, 1]}, kernel_shape: {ints: [3]}}
  return graph.op('Gelu', [graph.op('Conv', [x, kernel, bias], attributes)])
}
