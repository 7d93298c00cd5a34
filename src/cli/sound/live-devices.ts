import {formatOf} from '../../audio/encode/sound-file.ts'
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
  else await mustPlay()
  if (input !== undefined) await mustBeThere(input)
  else await mustRecord()
}
