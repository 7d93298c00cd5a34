import type {Settings} from '../../config/schema.ts'
import {openDocuments} from '../../documents/documents.ts'
import type {Documents} from '../../documents/port.ts'
import type {Embedder} from '../../llm/embedding-port.ts'
import type {Store} from '../../store/store.ts'
import {openEmbedder} from './embedder.ts'
import {openStoreOf} from './memory.ts'

export interface OpenDocumentsOptions {
  /** What is open already, and stays so. Default: what the settings name, closed with the documents. */
  opened?: {store: Store; embedder: Embedder | undefined} | undefined
  /** Told what fails in the background. */
  log?: ((message: string) => void) | undefined
  signal?: AbortSignal | undefined
}

/** The documents the settings name. @throws as `openStore` and `openEmbedder` */
export const openDocumentsOf = async (settings: Settings, options: OpenDocumentsOptions = {}): Promise<Documents> => {
  const {opened, log, signal} = options
  const maxBytes = settings.DOCUMENT_MAX_MB * 2 ** 20
  if (opened) return openDocuments({...opened, maxBytes, log})
  const store = await openStoreOf(settings, signal)
  try {
    const embedder = await openEmbedder(settings, signal)
    const documents = openDocuments({store, embedder, maxBytes, log})
    return {
      ...documents,
      close: async () => {
        await documents.close()
        await embedder?.close()
        await store.close()
      },
    }
  } catch (error) {
    await store.close()
    throw error
  }
}
