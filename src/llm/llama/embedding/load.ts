import type {LlamaEmbeddingContext} from 'node-llama-cpp'
import {auto, type Device} from '../../../compute/device.ts'
import {defaultThreads} from '../../../compute/threads.ts'
import {defined} from '../../../kit/defined.ts'
import {throwIfCancelled} from '../../../kit/errors.ts'
import type {Embedder} from '../../embedding-port.ts'
import {openRuntime} from '../device.ts'
import {checkGgufFile, requireEmbeddingModel} from '../gguf-file.ts'
import {describe, loadError} from '../load.ts'
import {LlamaEmbedder} from './embedder.ts'

export interface EmbedderOptions {
  /** A .gguf file that says how it pools. */
  modelPath: string
  /** Default `auto`. */
  device?: Device | undefined
  /** CPU threads. Default: one core is left free, at most 8. */
  threads?: number | undefined
  /** Calls at once, waiting ones included, before ENGINE_BUSY. Default 64. */
  requestLimit?: number | undefined
  /** Aborting ends the start. */
  signal?: AbortSignal | undefined
}

/** Longer texts are cut into parts before they come here; a context of more only takes memory. */
const mostTokens = 2048

/**
 * Loads an embedding model in this thread, and embeds a text with it, so that the first call is as quick as others.
 * @throws MODEL_MISSING, MODEL_INVALID, CONFIG_INVALID, ENGINE_UNAVAILABLE, ENGINE_FAILED, CANCELLED
 */
export const loadLlamaEmbedder = async (options: EmbedderOptions): Promise<Embedder> => {
  const {modelPath, device = auto, threads = defaultThreads(), signal, requestLimit = 64} = options
  await checkGgufFile(modelPath, 'embedding')
  const library = await import('node-llama-cpp')
  const runtime = await openRuntime(library, device, threads)
  try {
    const file = await library.readGgufFileInfo(modelPath, {sourceType: 'filesystem', logWarnings: false})
    requireEmbeddingModel(file, modelPath)
    throwIfCancelled(signal)
    const model = await runtime.llama.loadModel({modelPath, ...defined({loadSignal: signal})})
    const contextSize = Math.min(model.trainContextSize, mostTokens)
    const context: LlamaEmbeddingContext = await model.createEmbeddingContext({
      contextSize,
      // A text is computed in one piece: what is pooled has to be there.
      batchSize: contextSize,
      threads: runtime.llama.maxThreads,
      ...defined({createSignal: signal}),
    })
    const embedder = new LlamaEmbedder({
      llama: runtime.llama,
      context,
      contextSize,
      info: describe(modelPath, runtime, model),
      queryInstruction: queryInstructions[file.metadata.general.architecture],
      requestLimit,
    })
    await embedder.embed(['.'], {as: 'passage', signal})
    return embedder
  } catch (cause) {
    await runtime.llama.dispose()
    throwIfCancelled(signal)
    throw loadError(library, modelPath, runtime, cause)
  }
}

/** What a model wants before a query, by its architecture: Qwen3-Embedding was trained so, MiniLM with nothing. */
const queryInstructions: Partial<Record<string, string>> = {
  qwen3: 'Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery:',
}
