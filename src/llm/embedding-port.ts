import type {EngineInfo} from '../compute/engine-info.ts'

export interface EmbedOptions {
  /** What the texts are: some models put an instruction before a query. */
  as: 'query' | 'passage'
  signal?: AbortSignal | undefined
}

/** Makes vectors of texts, near each other where the texts mean alike. */
export interface Embedder {
  readonly info: EngineInfo
  /** What its vectors are kept under: those of another model cannot be compared with them. */
  readonly model: string
  /** Numbers of a vector. */
  readonly dimension: number
  /** Tokens of a text; what is beyond is not looked at. */
  readonly maxTokens: number
  /**
   * One vector for each text, of length 1, so that their dot product is the cosine similarity.
   * @throws CANCELLED, ENGINE_BUSY, ENGINE_FAILED, ENGINE_UNAVAILABLE (closed)
   */
  embed(texts: readonly string[], options: EmbedOptions): Promise<Float32Array[]>
  close(): Promise<void>
}
