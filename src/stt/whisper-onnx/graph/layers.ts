import type {OnnxGraph, Value} from '../../../onnx/graph.ts'
import {blockSize} from '../../ggml/ggml-blocks.ts'
import {type Matrix, rowsOf, type WhisperWeights} from './weights.ts'

// The layers Whisper is made of. Values are [1, positions, width].

/** What the layers are written into, and what they are written from. */
export interface Layers {
  graph: OnnxGraph
  weights: WhisperWeights
  width: number
  heads: number
  multiply: typeof multiply
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

/**
 * The same for many positions at once, with sums in whole numbers: each position is brought to 8 bits by its largest value, each
 * row of the matrix by its own. Three times as fast as blocks where there are hundreds of positions; a few gain nothing.
 */
export const multiplyMany = (graph: OnnxGraph, x: Value, matrix: Matrix, bias?: Float32Array<ArrayBuffer>): Value => {
  if ('floats' in matrix) return multiply(graph, x, matrix, bias)
  const {rows, columns} = matrix
  const {quantised, scales} = byColumn(matrix)
  const largest = graph.op('ReduceMax', [graph.op('Abs', [x]), graph.ints(-1)], {keepdims: {int: 1}})
  const measure = graph.op('Max', [largest, graph.float(1e-9)])
  const even = graph.op('Div', [x, measure])
  const weights = graph.constant(quantised, [columns, rows])
  const zero = graph.constant(new Int8Array(rows))
  const product = graph.op('DynamicQuantizeMatMul', [even, weights, graph.constant(scales), zero], {}, 'com.microsoft')
  const scaled = graph.op('Mul', [product, measure])
  return bias ? graph.op('Add', [scaled, graph.constant(bias)]) : scaled
}

/** A matrix as columns × rows in 8 bits, each of its rows with one scale. */
const byColumn = (matrix: Matrix): {quantised: Int8Array<ArrayBuffer>; scales: Float32Array<ArrayBuffer>} => {
  const {rows, columns} = matrix
  const quantised = new Int8Array(rows * columns)
  const scales = new Float32Array(rows)
  for (let row = 0; row < rows; row++) {
    const numbers = rowsOf(matrix, [row])
    const scale = Math.fround(numbers.reduce((most, one) => Math.max(most, Math.abs(one)), 0) / 127)
    scales[row] = scale
    if (scale > 0)
      for (let column = 0; column < columns; column++)
        quantised[column * rows + row] = Math.round((numbers[column] ?? 0) / scale)
  }
  return {quantised, scales}
}

const transposed = (floats: Float32Array, rows: number, columns: number): Float32Array<ArrayBuffer> => {
  const turned = new Float32Array(floats.length)
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) turned[column * rows + row] = floats[row * columns + column] ?? 0
  return turned
}

export const linear = (
  {graph, weights, width, multiply}: Layers,
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
