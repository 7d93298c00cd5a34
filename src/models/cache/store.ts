import {join} from 'node:path'
import type {Settings} from '../../config/schema.ts'
import {lockFilePath} from './lock-file.ts'

/** Where models lie. */
export interface ModelStore {
  /** In the layout of the Hugging Face cache; read and written. */
  root: string
  /** Further such folders: what they have is taken over, nothing is written there. */
  donors: string[]
  /** models.lock.json. */
  lockFile: string
}

/** The store the settings name. */
export const modelStore = (
  settings: Pick<Settings, 'MODEL_CACHE_DIR' | 'HUGGINGFACE_CACHE_DIR' | 'TRANSFORMERS_CACHE_DIR' | 'JUNE_DATA_DIR'>,
): ModelStore => ({
  root: settings.HUGGINGFACE_CACHE_DIR ?? join(settings.MODEL_CACHE_DIR, 'huggingface'),
  donors: [settings.TRANSFORMERS_CACHE_DIR ?? join(settings.MODEL_CACHE_DIR, 'transformers')],
  lockFile: lockFilePath(settings.JUNE_DATA_DIR),
})
