import type {Settings} from '../config/schema.ts'
import {variables} from '../config/schema.ts'
import {EssenceError} from '../kit/errors.ts'
import {locateModel} from '../models/cache/locate.ts'
import type {ModelKind} from '../models/catalogue/entry.ts'
import {installAdvice} from './install-command.ts'

/** Settings whose default model may be missing: what each is for, and what June does without it. */
const settingsOfModels = {
  STT_MODEL: {kind: 'stt', without: 'June then answers with a demonstration until models are installed.'},
  MODEL_NAME: {kind: 'llm', without: 'June then answers with a demonstration until models are installed.'},
  EMBEDDING_MODEL: {kind: 'embedding', without: 'June then finds by words alone until one is installed.'},
} as const satisfies Partial<Record<keyof Settings, {kind: ModelKind; without: string}>>

type ModelSetting = keyof typeof settingsOfModels

/**
 * Decides what a model that is not on this machine means: where the setting is only the default, June does without; one
 * that was chosen must be there.
 * @throws MODEL_MISSING
 */
export const missingModel = (name: ModelSetting, settings: Settings): void => {
  const chosen = settings[name]
  if (chosen === variables[name].default) return
  const {kind, without} = settingsOfModels[name]
  throw new EssenceError(
    'MODEL_MISSING',
    `${name} is "${chosen}", but no such model is in ${settings.MODEL_CACHE_DIR}.`,
    {
      suggestions: [
        installAdvice(kind, chosen),
        `Or give the path of the file: ${name}=/path/to/model`,
        `Or unset ${name}: ${without}`,
      ],
    },
  )
}

/**
 * The file of the model a setting names, held to the digests of its installation; undefined where June is to do without.
 * @throws MODEL_MISSING, and what `locateModel` throws
 */
export const findModel = async (
  kind: ModelKind,
  name: ModelSetting,
  settings: Settings,
): Promise<string | undefined> => {
  const {JUNE_DATA_DIR: dataDir, HUGGINGFACE_CACHE_DIR: huggingfaceDir, MODEL_CACHE_DIR} = settings
  const path = await locateModel(kind, settings[name], MODEL_CACHE_DIR, {dataDir, huggingfaceDir})
  if (path === undefined) missingModel(name, settings)
  return path
}
