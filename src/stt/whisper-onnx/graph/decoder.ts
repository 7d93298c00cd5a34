import {OnnxGraph, type Value} from '../../../onnx/graph.ts'
import type {WhisperContents} from '../../ggml/whisper-file.ts'
import {shortlisted} from '../shortlist.ts'
import {specialTokens} from '../tokens.ts'
import {attend, feedForward, type Layers, linear, multiply, norm} from './layers.ts'
import type {Matrix, WhisperWeights} from './weights.ts'

/** Layers whose cross-attention tells when a word was said: the upper half, OpenAI's choice where the alignment heads are not measured. */
export const aligningLayers = (textLayers: number): number[] =>
  Array.from({length: textLayers}, (_, i) => i).slice(Math.floor(textLayers / 2))

/**
 * The decoder as an ONNX file: `new` positions after `past` ones, for several beams that hear the same audio.
 * Inputs: `tokens` [beams, new, width] (embedding and place), `mask` [1, 1, new, past + new]; for each layer i
 * `past_key_i`, `past_value_i` [beams, past, width] and what the encoder made of the audio, `key_i`, `value_i`.
 * Outputs: `logits` [beams, 1, vocabulary] of the last position, and of those: `text_logits`, `text_tokens` [beams, 1, shortlisted],
 * the words that are the most probable (none of `suppressed`), `text_peak` [beams, 1, 1], the logarithm of the share of the first
 * among all words, `other_logits` [beams, 1, 1 + times], of the end and each time; for each layer `new_key_i`, `new_value_i` [beams, new, width],
 * to be appended to the past; for each of `aligningLayers` `scores_i` [beams, heads, new, positions], before the softmax.
 */
export const decoderGraph = (
  {shape}: WhisperContents,
  weights: WhisperWeights,
  embedding: Matrix,
  suppressed: ReadonlySet<number>,
): OnnxGraph => {
  const {width, textHeads, textLayers, vocabulary} = shape
  const graph = new OnnxGraph('whisper decoder')
  const layers: Layers = {graph, weights, width, heads: textHeads, multiply}
  const mask = graph.input('mask', 'float32', [1, 1, 'new', 'all'])
  const aligning = new Set(aligningLayers(textLayers))

  let x: Value = graph.input('tokens', 'float32', ['beams', 'new', width])
  for (let i = 0; i < textLayers; i++) {
    x = selfAttention(layers, x, mask, i)
    x = crossAttention(layers, x, i, aligning.has(i))
    x = feedForward(layers, x, `decoder.blocks.${i}`)
  }
  const last = graph.op('Gather', [x, graph.ints(-1)], {axis: {int: 1}})
  const logits = multiply(graph, norm(layers, last, 'decoder.ln'), embedding)
  graph.output(logits, 'logits', 'float32', ['beams', 1, vocabulary])
  shortlist(graph, logits, vocabulary, suppressed)
  return graph
}

/** All that a search asks of the logits: 50,000 numbers for each beam and step need not leave the graph. */
const shortlist = (graph: OnnxGraph, logits: Value, vocabulary: number, suppressed: ReadonlySet<number>): void => {
  const {end, firstTime} = specialTokens(vocabulary)
  const part = (from: number, to: number): Value =>
    graph.op('Slice', [logits, graph.ints(from), graph.ints(to), graph.ints(-1)])
  const allowed = Float32Array.from({length: end}, (_, token) => (suppressed.has(token) ? Number.NEGATIVE_INFINITY : 0))
  const text = graph.op('Add', [part(0, end), graph.constant(allowed)])
  const [best = '', tokens = ''] = graph.ops('TopK', [text, graph.ints(shortlisted)], 2, {axis: {int: -1}})
  const peak = graph.op('ReduceMax', [graph.op('LogSoftmax', [text], {axis: {int: -1}}), graph.ints(-1)])
  const others = graph.op('Concat', [part(end, end + 1), part(firstTime, vocabulary)], {axis: {int: -1}})
  graph.output(best, 'text_logits', 'float32', ['beams', 1, shortlisted])
  graph.output(tokens, 'text_tokens', 'int64', ['beams', 1, shortlisted])
  graph.output(peak, 'text_peak', 'float32', ['beams', 1, 1])
  graph.output(others, 'other_logits', 'float32', ['beams', 1, vocabulary - firstTime + 1])
}

const selfAttention = (layers: Layers, x: Value, mask: Value, i: number): Value => {
  const {graph, width} = layers
  const name = `decoder.blocks.${i}.attn`
  const read = norm(layers, x, `${name}_ln`)
  const query = linear(layers, read, `${name}.query`)
  const [key, value] = (['key', 'value'] as const).map(part => {
    const past = graph.input(`past_${part}_${i}`, 'float32', ['beams', 'past', width])
    const fresh = linear(layers, read, `${name}.${part}`, {bias: part === 'value'})
    graph.output(fresh, `new_${part}_${i}`, 'float32', ['beams', 'new', width])
    return graph.op('Concat', [past, fresh], {axis: {int: 1}})
  }) as [Value, Value]
  return graph.op('Add', [x, linear(layers, attend(layers, query, key, value, mask), `${name}.out`)])
}

/**
 * Each beam looks at the audio for itself: so a step has one row for each beam and head, which ONNX Runtime multiplies as it
 * lies; three rows at once would have it copy keys and values into another order first, step by step.
 */
const crossAttention = (layers: Layers, x: Value, i: number, tellsScores: boolean): Value => {
  const {graph, width, heads} = layers
  const size = width / heads
  const name = `decoder.blocks.${i}.cross_attn`
  const key = graph.input(`key_${i}`, 'float32', [heads, size, 'positions'])
  const value = graph.input(`value_${i}`, 'float32', [heads, 'positions', size])
  const query = linear(layers, norm(layers, x, `${name}_ln`), `${name}.query`)
  const byHead = {perm: {ints: [0, 2, 1, 3]}}
  const rows = graph.op('Transpose', [graph.op('Reshape', [query, graph.ints(0, 0, heads, size)])], byHead)
  const scores = graph.op('MatMul', [rows, key])
  if (tellsScores) graph.output(scores, `scores_${i}`, 'float32', ['beams', heads, 'new', 'positions'])
  const attended = graph.op('MatMul', [graph.op('Softmax', [scores], {axis: {int: -1}}), value])
  const joined = graph.op('Reshape', [graph.op('Transpose', [attended], byHead), graph.op('Shape', [x])])
  return graph.op('Add', [x, linear(layers, joined, `${name}.out`)])
}
