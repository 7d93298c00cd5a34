import {createHash} from 'node:crypto'
import type {EngineInfo} from '../compute/engine-info.ts'
import {EssenceError, throwIfCancelled} from '../kit/errors.ts'
import type {Embedder} from './embedding-port.ts'

const info: EngineInfo = {
  engine: 'mock',
  model: 'mock',
  device: 'cpu',
  deviceReason: 'a mock computes nothing',
  demo: 'The embedding model is a mock: texts are near each other where they have the same words.',
}

/** Bytes of a SHA-512. */
const dimension = 64

/** An embedder that knows words only by their letters. Same text, same vector. */
export const mockEmbedder = (): Embedder => {
  let closed = false
  return {
    ...{info, model: 'mock', dimension, maxTokens: 4096},
    async embed(texts, {signal}) {
      throwIfCancelled(signal)
      if (closed) throw new EssenceError('ENGINE_UNAVAILABLE', 'The embedding model has been closed.')
      return texts.map(vectorOf)
    },
    close: async () => {
      closed = true
    },
  }
}

/** The sum of what its words are, each in a direction of its own. */
const vectorOf = (text: string): Float32Array => {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [text]
  const hashes = words.map(word => createHash('sha512').update(word).digest())
  const sum = Array.from({length: dimension}, (_, at) =>
    hashes.reduce((total, hash) => total + (hash[at] ?? 0) - 127.5, 0),
  )
  const length = Math.hypot(...sum)
  return Float32Array.from(sum, value => value / length)
}
