import type {OnnxGraph, Value} from '../../onnx/graph.ts'
import {blockSize} from '../ggml/ggml-blocks.ts'
import type {Matrix, WhisperWeights} from './weights.ts'

// The layers Whisper is made of. Values are [1, positions, width].

/** What the layers are written into, and what they are written from. */
export interface Layers {
  graph: OnnxGraph
  weights: WhisperWeights
  width: number
  heads: number
}

/** Positions × columns times the rows of a matrix, plus the bias. */
export const multiply = (graph: OnnxGraph, x: Value, matrix: Matrix, bias?: Float32Array<ArrayBuffer>): Value => {
  const {rows, columns} = matrix
  if ('floats' in matrix) {
    const product = graph.op('MatMul', [x, graph.constant(transposed(matrix.floats, rows, columns), [columns, rows])])
    return bias ? graph.op('Add', [product, graph.constant(bias)]) : product
  }
  const {quantised, scales} = matrix.eightBit
  const perRow = columns / blockSize
  const inputs = [x, graph.constant(quantised, [rows, perRow, blockSize]), graph.constant(scales)]
  const attributes = {
    K: {int: columns},
    N: {int: rows},
    bits: {int: 8},
    block_size: {int: blockSize},
    // The positions are brought to 8 bits too, block by block, as ggml does.
    accuracy_level: {int: 4},
  }
  // Inputs 3 and 4 are zero points (128 where left out) and an order of columns.
  if (bias) inputs.push('', '', graph.constant(bias))
  return graph.op('MatMulNBits', inputs, attributes, 'com.microsoft')
}

const transposed = (floats: Float32Array, rows: number, columns: number): Float32Array<ArrayBuffer> => {
  const turned = new Float32Array(floats.length)
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) turned[column * rows + row] = floats[row * columns + column] ?? 0
  return turned
}

export const linear = (
  {graph, weights, width}: Layers,
  x: Value,
  name: string,
  options: {from?: number; to?: number; bias?: boolean} = {},
): Value => {
  const {from = width, to = width, bias = true} = options
  return multiply(
    graph,
    x,
    weights.matrix(`${name}.weight`, to, from),
    bias ? weights.floats(`${name}.bias`, [to]) : undefined,
  )
}

export const norm = ({graph, weights, width}: Layers, x: Value, name: string): Value => {
  const gain = graph.constant(weights.floats(`${name}.weight`, [width]))
  const bias = graph.constant(weights.floats(`${name}.bias`, [width]))
  return graph.op('LayerNormalization', [x, gain, bias], {axis: {int: -1}, epsilon: {float: 1e-5}})
}

/** The two linear layers of a block, four times as wide between them, added to what comes in. */
export const feedForward = (layers: Layers, x: Value, name: string): Value => {
  const {graph, width} = layers
  const wide = linear(layers, norm(layers, x, `${name}.mlp_ln`), `${name}.mlp.0`, {to: 4 * width})
  const bent = graph.op('Gelu', [wide])
  return graph.op('Add', [x, linear(layers, bent, `${name}.mlp.2`, {from: 4 * width})])
}

/** Attention over all heads at once. `mask` is added to the scores; '' where every position sees every other. */
export const attend = ({graph, heads}: Layers, query: Value, key: Value, value: Value, mask: Value = ''): Value =>
  graph.op(
    'MultiHeadAttention',
    mask === '' ? [query, key, value] : [query, key, value, '', '', mask],
    {num_heads: {int: heads}},
    'com.microsoft',
  )

/** [1, positions, width] as [heads, positions, width of a head], or with `order` otherwise. */
export const splitHeads = ({graph, width, heads}: Layers, x: Value, order: readonly number[] = [1, 0, 2]): Value =>
  graph.op('Transpose', [graph.op('Reshape', [x, graph.ints(-1, heads, width / heads)])], {perm: {ints: order}})
