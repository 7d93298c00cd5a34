// A Piper voice of the medium quality, as far as its time goes: the decoder of VITS (HiFi-GAN with the layers of piper's
// `resblock: 2`), random weights, and the inputs of the real one. Encoder and flow are left out: a few hundredths of the work.
import {OnnxGraph, type Value} from '@essence/core/onnx/graph'

const framesPerToken = 5
const stages = [
  {rate: 8, kernel: 16},
  {rate: 8, kernel: 16},
  {rate: 4, kernel: 8},
]
const blocks = [
  {kernel: 3, dilations: [1, 2]},
  {kernel: 5, dilations: [2, 6]},
  {kernel: 7, dilations: [3, 12]},
]

const random = (count: number, scale: number): Float32Array => {
  let state = 1
  return Float32Array.from({length: count}, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return (state / 1_073_741_824 - 1) * scale
  })
}

export const vitsDecoder = (): Uint8Array => {
  const graph = new OnnxGraph('vits-decoder')
  const input = graph.input('input', 'int64', ['batch_size', 'phonemes'])
  graph.input('input_lengths', 'int64', ['batch_size'])
  const scales = graph.input('scales', 'float32', [3])
  const leaky = (value: Value): Value => graph.op('LeakyRelu', [value], {alpha: {float: 0.1}})
  const conv = (value: Value, from: number, to: number, kernel: number, dilation = 1): Value => {
    const pad = (dilation * (kernel - 1)) / 2
    const weights = graph.constant(random(to * from * kernel, 1 / Math.sqrt(from * kernel)), [to, from, kernel])
    return graph.op('Conv', [value, weights], {dilations: {ints: [dilation]}, pads: {ints: [pad, pad]}})
  }

  const embedded = graph.op('Gather', [graph.constant(random(256 * 192, 1), [256, 192]), input])
  const length = graph.op('Gather', [scales, graph.ints(1)])
  const factors = graph.op(
    'Concat',
    [graph.constant(Float32Array.of(1, 1)), graph.op('Mul', [length, graph.constant(Float32Array.of(framesPerToken))])],
    {axis: {int: 0}},
  )
  const frames = graph.op('Resize', [graph.op('Transpose', [embedded], {perm: {ints: [0, 2, 1]}}), '', factors], {
    mode: {text: 'nearest'},
  })

  let channels = 256
  let sound = conv(frames, 192, channels, 7)
  for (const {rate, kernel} of stages) {
    const half = channels / 2
    const weights = graph.constant(random(channels * half * kernel, 1 / Math.sqrt(channels * kernel)), [
      channels,
      half,
      kernel,
    ])
    const pad = (kernel - rate) / 2
    const wide = graph.op('ConvTranspose', [leaky(sound), weights], {strides: {ints: [rate]}, pads: {ints: [pad, pad]}})
    const sums = blocks.map(({kernel: size, dilations}) =>
      dilations.reduce(
        (value, dilation) => graph.op('Add', [value, conv(leaky(value), half, half, size, dilation)]),
        wide,
      ),
    )
    sound = graph.op('Mul', [graph.op('Sum', sums), graph.float(1 / blocks.length)])
    channels = half
  }
  graph.output(graph.op('Tanh', [conv(leaky(sound), channels, 1, 7)]), 'output', 'float32', ['batch_size', 1, 'time'])
  return graph.finish()
}
