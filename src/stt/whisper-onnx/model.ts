import type {InferenceSession, Tensor} from 'onnxruntime-node'
import {EssenceError, messageOf} from '../../kit/errors.ts'
import type {OnnxGraph} from '../../onnx/graph.ts'
import {framed} from '../../onnx/log-mel.ts'
import {loadOrt, type Ort} from '../../onnx/session.ts'
import {readWhisperContents, type WhisperContents} from '../ggml/whisper-file.ts'
import {DecoderPast} from './decoder-past.ts'
import {aligningLayers, decoderGraph} from './graph/decoder.ts'
import {encoderGraph} from './graph/encoder.ts'
import {type Matrix, openWeights, rowsOf} from './graph/weights.ts'
import {suppressedTokens} from './rules.ts'
import {type Shortlist, shortlistOf} from './shortlist.ts'
import {specialTokens, WhisperVocabulary} from './tokens.ts'

/** What the encoder made of audio, as the decoder takes it. */
export interface Encoded {
  /** Positions of 20 ms that were looked at: the audio and silence after it. */
  positions: number
  tensors: Record<string, Tensor>
}

/** A beam that goes on: from which one of the step before, and with which token. */
export interface Extension {
  from: number
  token: number
}

/** Protocol Buffers' limit of a message. */
const graphBytesLimit = 2 ** 31 - 1

/**
 * A Whisper model in two sessions of ONNX Runtime, for a thread of its own: each call computes on it.
 * One decoding at a time: `begin` forgets the one before.
 */
export class WhisperModel {
  readonly contents: WhisperContents
  readonly #ort: Ort
  readonly #encoder: InferenceSession
  readonly #decoder: InferenceSession
  readonly #embedding: Matrix
  readonly #audioPlaces: Float32Array<ArrayBuffer>
  readonly #textPlaces: Float32Array<ArrayBuffer>
  /** By the name of the input they become. */
  readonly #past = new Map<string, DecoderPast>()

  private constructor(
    ort: Ort,
    contents: WhisperContents,
    sessions: {encoder: InferenceSession; decoder: InferenceSession},
    tables: {embedding: Matrix; audioPlaces: Float32Array<ArrayBuffer>; textPlaces: Float32Array<ArrayBuffer>},
  ) {
    this.#ort = ort
    this.contents = contents
    this.#encoder = sessions.encoder
    this.#decoder = sessions.decoder
    this.#embedding = tables.embedding
    this.#audioPlaces = tables.audioPlaces
    this.#textPlaces = tables.textPlaces
    const {textLayers, width} = contents.shape
    for (let i = 0; i < textLayers; i++)
      for (const part of ['key', 'value']) this.#past.set(`${part}_${i}`, new DecoderPast(width))
  }

  /** @throws MODEL_MISSING, MODEL_INVALID, ENGINE_UNAVAILABLE, ENGINE_FAILED */
  static async load(path: string, threads: number): Promise<WhisperModel> {
    const ort = await loadOrt()
    const contents = await readWhisperContents(path)
    const {width, vocabulary, audioPositions, textPositions} = contents.shape
    const weights = openWeights(path, contents)
    try {
      const open = (graph: OnnxGraph) => openGraph(ort, graph, path, threads)
      const encoder = await open(encoderGraph(contents, weights))
      const embedding = weights.matrix('decoder.token_embedding.weight', vocabulary, width)
      const decoder = await open(decoderGraph(contents, weights, embedding, neverSpoken(contents)))
      const audioPlaces = weights.floats('encoder.positional_embedding', [width, audioPositions])
      const textPlaces = weights.floats('decoder.positional_embedding', [width, textPositions])
      return new WhisperModel(ort, contents, {encoder, decoder}, {embedding, audioPlaces, textPlaces})
    } finally {
      weights.close()
    }
  }

  /** @param audio mono, 16 kHz, −1..1; what is longer than the positions is left out, what is shorter is followed by silence */
  async encode(audio: Float32Array, positions: number): Promise<Encoded> {
    const {width} = this.contents.shape
    const samples = framed(audio, 2 * positions)
    const feeds = {
      samples: this.#tensor(samples, [1, 1, samples.length]),
      places: this.#tensor(this.#audioPlaces.subarray(0, positions * width), [1, positions, width]),
    }
    return {positions, tensors: await this.#run(this.#encoder, feeds)}
  }

  /** Forgets all tokens; there is one beam. */
  begin(): void {
    for (const past of this.#past.values()) past.clear()
  }

  /**
   * Takes tokens in, after those taken in before, where there is one beam.
   * @returns logits of the token that comes next, of all there are and of those that are looked at
   */
  async take(tokens: readonly number[], encoded: Encoded): Promise<{logits: Float32Array; next: Shortlist}> {
    const outputs = await this.#decode([0], tokens, encoded, ['logits', ...this.#steps])
    this.#keep(outputs)
    return {logits: outputs['logits']?.data as Float32Array, next: shortlistIn(outputs, 0)}
  }

  /**
   * Takes in one token for each beam. Of the beams before, some may go on more than once, and some not at all.
   * @returns for each beam what may come next
   */
  async extend(beams: readonly Extension[], encoded: Encoded): Promise<Shortlist[]> {
    const from = beams.map(beam => beam.from)
    const tokens = beams.map(({token}) => token)
    const outputs = await this.#decode(from, tokens, encoded, this.#steps)
    this.#keep(outputs)
    return beams.map((_, beam) => shortlistIn(outputs, beam))
  }

  /**
   * How much each token looks at each position of the audio, from all tokens at once.
   * @returns for each head [tokens, positions], before the softmax
   */
  async scores(tokens: readonly number[], encoded: Encoded): Promise<Float32Array[]> {
    this.begin()
    const {textLayers, textHeads} = this.contents.shape
    const names = aligningLayers(textLayers).map(i => `scores_${i}`)
    const outputs = await this.#decode([0], tokens, encoded, names)
    const size = tokens.length * encoded.positions
    return names.flatMap(name => {
      const data = outputs[name]?.data as Float32Array
      return Array.from({length: textHeads}, (_, head) => data.subarray(head * size, (head + 1) * size))
    })
  }

  get #steps(): string[] {
    return [...shortlistOutputs, ...[...this.#past.keys()].map(name => `new_${name}`)]
  }

  #keep(outputs: Record<string, Tensor>): void {
    for (const [name, past] of this.#past) past.add(outputs[`new_${name}`]?.data as Float32Array<ArrayBuffer>)
  }

  /** @param tokens as many for each beam, beam by beam */
  #decode(
    from: readonly number[],
    tokens: readonly number[],
    encoded: Encoded,
    outputs: string[],
  ): Promise<Record<string, Tensor>> {
    const {width} = this.contents.shape
    for (const past of this.#past.values()) past.continueFrom(from)
    const length = this.#past.values().next().value?.length ?? 0
    const [beams, fresh] = [from.length, tokens.length / from.length]
    const rows = rowsOf(this.#embedding, tokens)
    for (let i = 0; i < rows.length; i++)
      rows[i] = (rows[i] ?? 0) + (this.#textPlaces[length * width + (i % (fresh * width))] ?? 0)
    const feeds: Record<string, Tensor> = {
      ...encoded.tensors,
      tokens: this.#tensor(rows, [beams, fresh, width]),
      mask: this.#tensor(causalMask(length, fresh), [1, 1, fresh, length + fresh]),
    }
    for (const [name, past] of this.#past) feeds[`past_${name}`] = this.#tensor(past.data, [beams, length, width])
    return this.#run(this.#decoder, feeds, outputs)
  }

  #tensor(data: Float32Array, dims: number[]): Tensor {
    return new this.#ort.Tensor('float32', data, dims)
  }

  async #run(
    session: InferenceSession,
    feeds: Record<string, Tensor>,
    outputs?: string[],
  ): Promise<Record<string, Tensor>> {
    try {
      return (await (outputs ? session.run(feeds, outputs) : session.run(feeds))) as Record<string, Tensor>
    } catch (cause) {
      throw new EssenceError('ENGINE_FAILED', `Whisper failed on ONNX Runtime: ${messageOf(cause)}`, {cause})
    }
  }
}

const shortlistOutputs = ['text_logits', 'text_tokens', 'text_peak', 'other_logits']

const shortlistIn = (outputs: Record<string, Tensor>, beam: number): Shortlist => {
  const rowOf = <T extends Float32Array | BigInt64Array>(name: string): T => {
    const {data, dims} = outputs[name] as Tensor
    const length = dims.at(-1) ?? 0
    return (data as T).subarray(beam * length, (beam + 1) * length) as T
  }
  const tokens = Array.from(rowOf<BigInt64Array>('text_tokens'), Number)
  const peak = rowOf<Float32Array>('text_peak')[0] ?? 0
  return shortlistOf(tokens, rowOf('text_logits'), peak, rowOf('other_logits'))
}

/** What decoding needs of a model. */
export type WhisperNet = Pick<WhisperModel, 'contents' | 'encode' | 'begin' | 'take' | 'extend' | 'scores'>

const neverSpoken = ({shape, words}: WhisperContents): Set<number> => {
  const special = specialTokens(shape.vocabulary)
  return suppressedTokens(special, new WhisperVocabulary(words, special.end))
}

const openGraph = async (ort: Ort, graph: OnnxGraph, path: string, threads: number): Promise<InferenceSession> => {
  if (graph.bytes > graphBytesLimit)
    throw new EssenceError(
      'ENGINE_UNAVAILABLE',
      `${path} is too large for Whisper on ONNX Runtime (a graph holds 2 GiB).`,
      {
        suggestions: ['Take the model as q8_0 or smaller, or use whisper.cpp.'],
      },
    )
  try {
    return await ort.InferenceSession.create(graph.finish(), {
      executionProviders: ['cpu'],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      logSeverityLevel: 3,
      // Lengths differ from call to call: a plan of the memory for one is of no use for the next.
      enableMemPattern: false,
      // A thread that waits sleeps: cores are shared with the language model and the voice.
      extra: {session: {intra_op: {allow_spinning: '0'}}},
    })
  } catch (cause) {
    throw new EssenceError('ENGINE_FAILED', `ONNX Runtime could not load ${path}: ${messageOf(cause)}`, {cause})
  }
}

/** 0 where a new position may look, −∞ in effect where it would look ahead. */
const causalMask = (past: number, fresh: number): Float32Array => {
  const all = past + fresh
  const mask = new Float32Array(fresh * all)
  for (let row = 0; row < fresh; row++) mask.fill(-1e9, row * all + past + row + 1, (row + 1) * all)
  return mask
}
