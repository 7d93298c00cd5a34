import {join} from 'node:path'
import {variables} from '../../config/schema.ts'
import {catalogue, entriesNamed} from '../catalogue/catalogue.ts'
import type {ModelEntry, ModelKind} from '../catalogue/entry.ts'
import {findInstalled} from './installed.ts'
import {lockFilePath, readLockFile} from './lock-file.ts'

export interface LocateOptions {
  /** HUGGINGFACE_CACHE_DIR. Default `huggingface` below the cache. */
  huggingfaceDir?: string | undefined
  /** JUNE_DATA_DIR: where it holds a models.lock.json, only the commits and digests of that count. */
  dataDir?: string | undefined
}

/** The engines that stand behind the ports today. */
const enginesOf: Record<ModelKind, readonly ModelEntry['engine'][]> = {
  stt: ['whisper.cpp', 'parakeet.cpp'],
  llm: ['llama.cpp'],
  tts: ['kokoro', 'piper', 'jets'],
  vad: ['silero-onnx'],
  embedding: ['llama.cpp'],
}
/** The setting whose default any installed model may stand in for. */
const settingOf = {
  stt: 'STT_MODEL',
  llm: 'MODEL_NAME',
  tts: 'TTS_MODEL',
  vad: undefined,
  embedding: 'EMBEDDING_MODEL',
} as const

const loadable = (kind: ModelKind, entries: readonly ModelEntry[]): ModelEntry[] =>
  entries.filter(entry => entry.kind === kind && enginesOf[kind].includes(entry.engine))

const firstInstalled = async (
  entries: readonly ModelEntry[],
  cacheDir: string,
  {huggingfaceDir = join(cacheDir, 'huggingface'), dataDir}: LocateOptions,
): Promise<string | undefined> => {
  const locks = dataDir === undefined ? {} : await readLockFile(lockFilePath(dataDir))
  for (const entry of entries) {
    const found = await findInstalled(entry, huggingfaceDir, locks[entry.id])
    if (found) return found.files[0]?.location
  }
  return undefined
}

/** The file of a model of the catalogue that was downloaded and verified, by id or alias. */
export const locateInstalled = async (
  kind: ModelKind,
  name: string,
  cacheDir: string,
  options: LocateOptions = {},
): Promise<string | undefined> => firstInstalled(loadable(kind, entriesNamed(name, kind)), cacheDir, options)

/**
 * What stands in for the default of a setting: nobody chose that model, it is only the strongest there is. A smaller
 * machine has the one of its profile; the strongest of these that is installed is taken, else another installed one.
 */
export const locateStandIn = async (
  kind: ModelKind,
  name: string,
  cacheDir: string,
  options: LocateOptions = {},
): Promise<string | undefined> => {
  const setting = settingOf[kind]
  if (setting === undefined || name !== variables[setting].default) return undefined
  const entries = loadable(kind, catalogue)
  const ofProfiles = entries.filter(({profiles}) => profiles.length > 0)
  // What a profile had in an earlier release still answers. Not so voices: another language would be no stand-in.
  const others = kind === 'tts' ? [] : entries.filter(({profiles}) => profiles.length === 0)
  return firstInstalled([...ofProfiles, ...others], cacheDir, options)
}
