import type {Settings} from '../../config/schema.ts'
import type {Embedder} from '../../llm/embedding-port.ts'
import {openLlamaEmbedder} from '../../llm/llama/embedding/llama-embedder.ts'
import {findModel} from '../missing-model.ts'
import {modesOf} from '../modes.ts'

/**
 * The embedding model the settings name; undefined where it is only the default and none is installed, and beside a mock of the language
 * model: what was said is then found by its words alone.
 * @throws MODEL_MISSING, and what `openLlamaEmbedder` throws
 */
export const openEmbedder = async (settings: Settings, signal?: AbortSignal): Promise<Embedder | undefined> => {
  if (modesOf(settings).llm === 'mock') return undefined
  const modelPath = await findModel('embedding', 'EMBEDDING_MODEL', settings)
  if (modelPath === undefined) return undefined
  return openLlamaEmbedder({modelPath, device: settings.EMBEDDING_DEVICE, threads: settings.LLM_THREADS, signal})
}
