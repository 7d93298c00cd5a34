import type {Settings} from '../config/schema.ts'
import {variables} from '../config/schema.ts'
import {EssenceError} from '../kit/errors.ts'
import {locateModel} from '../models/cache/locate.ts'
import type {LoadableKind} from '../models/catalogue/entry.ts'
import {installAdvice} from './install-command.ts'

/**
 * Decides what a model that is not on this machine means: where the setting is only the default, a demonstration may
 * take its place; one that was chosen must be there.
 * @throws MODEL_MISSING
 */
export const missingModel = (name: 'STT_MODEL' | 'MODEL_NAME', settings: Settings): void => {
  const chosen = settings[name]
  if (chosen === variables[name].default) return
  throw new EssenceError(
    'MODEL_MISSING',
    `${name} is "${chosen}", but no such model is in ${settings.MODEL_CACHE_DIR}.`,
    {
      suggestions: [
        installAdvice(name === 'STT_MODEL' ? 'stt' : 'llm', chosen),
        `Or give the path of the file: ${name}=/path/to/model`,
        `Or unset ${name}: June then answers with a demonstration until models are installed.`,
      ],
    },
  )
}

/**
 * The file of the model a setting names, held to the digests of its installation; undefined where a demonstration is to
 * take its place.
 * @throws MODEL_MISSING, and what `locateModel` throws
 */
export const findModel = async (
  kind: LoadableKind,
  name: 'STT_MODEL' | 'MODEL_NAME',
  settings: Settings,
): Promise<string | undefined> => {
  const {JUNE_DATA_DIR: dataDir, HUGGINGFACE_CACHE_DIR: huggingfaceDir, MODEL_CACHE_DIR} = settings
  const path = await locateModel(kind, settings[name], MODEL_CACHE_DIR, {dataDir, huggingfaceDir})
  if (path === undefined) missingModel(name, settings)
  return path
}
