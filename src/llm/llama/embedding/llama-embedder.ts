import {restartingThread} from '../../../kit/process/restarting-thread.ts'
import type {Embedder, EmbedOptions} from '../../embedding-port.ts'
import type {EmbedderOptions} from './load.ts'

export type EmbedderThreadData = Omit<EmbedderOptions, 'signal'>

export type EmbedderCalls = {
  load: {input: undefined; output: Pick<Embedder, 'info' | 'model' | 'dimension' | 'maxTokens'>}
  embed: {input: {texts: readonly string[]; as: EmbedOptions['as']}; output: Float32Array[]}
}

/**
 * Loads an embedding model in a thread of its own. Should the thread end by itself, its calls fail with ENGINE_FAILED, and the next one
 * loads the model again.
 * @throws MODEL_MISSING, MODEL_INVALID, CONFIG_INVALID, ENGINE_UNAVAILABLE, ENGINE_FAILED, CANCELLED
 */
export const openLlamaEmbedder = async ({signal: start, ...options}: EmbedderOptions): Promise<Embedder> => {
  const data: EmbedderThreadData = options
  const thread = restartingThread<EmbedderCalls>('./worker', import.meta.url, {name: 'The embedding model', data})
  try {
    const loaded = await thread.call('load', undefined, {signal: start})
    return {
      ...loaded,
      embed: (texts, {as, signal}) => thread.call('embed', {texts, as}, {signal}),
      close: () => thread.close(),
    }
  } catch (error) {
    await thread.close()
    throw error
  }
}
