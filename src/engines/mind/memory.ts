import type {Settings} from '../../config/schema.ts'
import type {Embedder} from '../../llm/embedding-port.ts'
import type {LanguageModel} from '../../llm/port.ts'
import {openMemory} from '../../memory/memory.ts'
import type {Memory} from '../../memory/port.ts'
import {openStore} from '../../store/open.ts'
import type {Store} from '../../store/store.ts'
import {encryptionKeysOf} from '../encryption-keys.ts'
import {erasingVoices} from '../speaker/erasing-voices.ts'

export interface OpenMemoryOptions {
  /** One that is open already, and stays so. Default: the one the settings name, closed with the memory. */
  store?: Store | undefined
  embedder?: Embedder | undefined
  llm?: LanguageModel | undefined
  /** Told what fails in the background. */
  log?: ((message: string) => void) | undefined
  signal?: AbortSignal | undefined
}

/** The memory the settings name. @throws as `openStore` */
export const openMemoryOf = async (settings: Settings, options: OpenMemoryOptions = {}): Promise<Memory> => {
  const {embedder, llm, log, signal} = options
  const store = options.store ?? (await openStoreOf(settings, signal))
  const idleMs = settings.CONVERSATION_IDLE_MINUTES * 60_000
  const memory = erasingVoices(openMemory({store, embedder, llm, log, idleMs}), settings)
  if (options.store) return memory
  return {
    ...memory,
    close: async () => {
      await memory.close()
      await store.close()
    },
  }
}

/** The database the settings name. @throws as `encryptionKeysOf` and `openStore` */
export const openStoreOf = async (settings: Settings, signal?: AbortSignal): Promise<Store> =>
  openStore({
    dataDir: settings.JUNE_DATA_DIR,
    url: settings.POSTGRES_URL,
    connections: settings.POSTGRES_POOL_SIZE,
    keys: await encryptionKeysOf(settings),
    signal,
  })
