import {isEssenceError, messageOf} from '../../kit/errors.ts'
import type {Log} from '../../service/log.ts'
import type {PcmChunk, TextToSpeech} from '../../tts/port.ts'
import {readAloud} from '../../voice/read-aloud.ts'

export interface SpokenReminderOptions {
  tts: TextToSpeech
  language?: string | undefined
  /** Voice id. */
  voice?: string | undefined
  signal: AbortSignal
  log: Log
}

/** A reminder read aloud. @returns undefined where it cannot be spoken: it goes out as text  @throws CANCELLED when the signal has aborted */
export const spokenReminder = async <T>(
  text: string,
  encode: (speech: AsyncIterable<PcmChunk>) => Promise<T>,
  {tts, language, voice, signal, log}: SpokenReminderOptions,
): Promise<T | undefined> => {
  try {
    return await encode(readAloud(tts, [text], {signal, language, voice}))
  } catch (error) {
    if (isEssenceError(error) && error.code === 'CANCELLED') throw error
    log.error({why: messageOf(error)}, 'a reminder was not spoken; it goes out as text')
    return undefined
  }
}
