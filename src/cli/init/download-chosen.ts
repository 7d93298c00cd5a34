import type {Settings} from '../../config/schema.ts'
import {isEssenceError} from '../../kit/errors.ts'
import {describeError} from '../base-command.ts'
import type {ViewKind} from '../models/download-view/open-view.ts'
import {runDownload} from '../models/run-download.ts'
import {writeChoice} from '../up/models/choice.ts'

export interface ChosenDownload {
  /** MODEL_PROFILE names what was chosen. */
  settings: Settings
  show: ViewKind
  note: (line: string) => void
  warn: (message: string) => void
}

/**
 * Downloads the models of the chosen profile.
 * @returns what went wrong: June works without them, as a demonstration, and the rest goes on
 * @throws CANCELLED
 */
export const downloadChosen = async ({settings, show, note, warn}: ChosenDownload): Promise<unknown> => {
  const {MODEL_PROFILE: profile, JUNE_DATA_DIR} = settings
  try {
    await runDownload({
      ...{settings, show, all: true, models: [], kind: undefined, allow: []},
      ...{force: false, update: false, wait: true, dryRun: false},
      log: note,
      onReport: () => {},
    })
  } catch (error) {
    if (isEssenceError(error) && error.code === 'CANCELLED') throw error
    warn(`The models did not come. ${describeError(error).message}`)
    return error
  }
  // Else essence up would fetch anew what somebody removes later.
  if (profile !== 'auto') await writeChoice(JUNE_DATA_DIR, {models: profile, installed: true}).catch(() => {})
  return undefined
}
