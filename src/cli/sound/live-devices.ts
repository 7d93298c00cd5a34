import {formatOf} from '../../audio/encode/sound-file.ts'
import {EssenceError, isEssenceError} from '../../kit/errors.ts'
import {mustBeThere} from './audio-input.ts'
import {mustPlay} from './live-player.ts'
import {mustRecord} from './microphone.ts'

/**
 * Asks, before models are loaded, whether there can be sound in and out: a microphone and speakers, or files in their place.
 * @throws PROGRAM_MISSING, INPUT_NOT_FOUND, USAGE (standard input is a terminal; the output's name says no format)
 */
export const checkLiveDevices = async ({
  input,
  output,
}: {
  input?: string | undefined
  output?: string | undefined
}): Promise<void> => {
  if (output !== undefined) formatOf(output)
  else await mustPlay().catch(advising('To write a file in place of playing: --output heard.wav'))
  if (input !== undefined) await mustBeThere(input)
  else await mustRecord().catch(advising('To have a recording heard in place of a microphone: --input questions.wav'))
}

const advising =
  (advice: string) =>
  (error: unknown): never => {
    if (!isEssenceError(error)) throw error
    throw new EssenceError(error.code, error.message, {suggestions: [...error.suggestions, advice]})
  }
