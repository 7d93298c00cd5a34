import type {Settings} from '../config/schema.ts'
import {variables} from '../config/schema.ts'
import {EssenceError} from '../kit/errors.ts'
import {installCommand} from './install-command.ts'

/**
 * Decides what a model that is not on this machine means: where the setting is only the default, a demonstration may
 * take its place; one that somebody chose must be there.
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
        `Download it: ${installCommand}`,
        `Or give the path of the file: ${name}=/path/to/model`,
        `Or unset ${name}: June then answers with a demonstration until models are installed.`,
      ],
    },
  )
}
