import type {Llama, LlamaEmbeddingContext, Token} from 'node-llama-cpp'
import type {EngineInfo} from '../../../compute/engine-info.ts'
import {busyError, EssenceError, throwIfCancelled} from '../../../kit/errors.ts'
import type {Embedder, EmbedOptions} from '../../embedding-port.ts'

export interface LoadedEmbedder {
  llama: Llama
  context: LlamaEmbeddingContext
  contextSize: number
  info: EngineInfo
  /** Stands before a query. */
  queryInstruction: string | undefined
  requestLimit: number
}

/** An embedding model run by llama.cpp in this process, one text after the other: each fills the cores. */
export class LlamaEmbedder implements Embedder {
  readonly info: EngineInfo
  readonly model: string
  readonly dimension: number
  readonly maxTokens: number
  readonly #loaded: LoadedEmbedder
  #calls = 0
  #last: Promise<unknown> = Promise.resolve()
  #closed: Promise<void> | undefined

  constructor(loaded: LoadedEmbedder) {
    const {context, contextSize, info} = loaded
    this.#loaded = loaded
    this.info = info
    this.model = info.model
    this.dimension = context.model.embeddingVectorSize
    // The library wants one token free, beside those that the model has around each text.
    this.maxTokens = contextSize - 1 - context.calculateInputLength('')
  }

  async embed(texts: readonly string[], {as, signal}: EmbedOptions): Promise<Float32Array[]> {
    throwIfCancelled(signal)
    this.#assertOpen()
    const {requestLimit} = this.#loaded
    if (this.#calls >= requestLimit) throw busyError('The embedding model', requestLimit)
    this.#calls++
    // In the order they came, so that a large batch is not starved by queries, nor holds its memory twice.
    const work = this.#last.then(() => this.#embedAll(texts, as, signal))
    this.#last = work.catch(() => undefined)
    try {
      return await work
    } finally {
      this.#calls--
    }
  }

  close(): Promise<void> {
    this.#closed ??= this.#last.then(() => this.#loaded.llama.dispose())
    return this.#closed
  }

  async #embedAll(texts: readonly string[], as: EmbedOptions['as'], signal?: AbortSignal): Promise<Float32Array[]> {
    const vectors: Float32Array[] = []
    for (const text of texts) {
      throwIfCancelled(signal)
      this.#assertOpen()
      vectors.push(await this.#vectorOf(text, as))
    }
    return vectors
  }

  async #vectorOf(text: string, as: EmbedOptions['as']): Promise<Float32Array> {
    const {context, queryInstruction = ''} = this.#loaded
    try {
      const {vector} = await context.getEmbeddingFor(this.#tokensOf(as === 'query' ? queryInstruction + text : text))
      return ofUnitLength(vector)
    } catch (cause) {
      throw new EssenceError('ENGINE_FAILED', `The embedding model ${this.model} failed.`, {cause})
    }
  }

  #tokensOf(text: string): Token[] {
    const {model} = this.#loaded.context
    const tokens = model.tokenize(text).slice(0, this.maxTokens)
    // Of nothing there is no vector: a text without tokens is as meaningless as a full stop.
    return tokens.length > 0 ? tokens : model.tokenize('.')
  }

  #assertOpen(): void {
    if (this.#closed) throw new EssenceError('ENGINE_UNAVAILABLE', 'The embedding model has been closed.')
  }
}

const ofUnitLength = (vector: readonly number[]): Float32Array => {
  const length = Math.hypot(...vector)
  return Float32Array.from(vector, value => value / length)
}
