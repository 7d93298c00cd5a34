import {isEssenceError} from '../kit/errors.ts'
import type {RecordingLimits} from './recording-limits.ts'
import {type Words, wordsIn} from './words/words.ts'

/** One sentence for the person who waits for an answer, whatever the channel; never what went wrong inside. */
export const apology = (
  error: unknown,
  {maxBytes, maxSeconds}: RecordingLimits,
  words: Words = wordsIn('en'),
): string => {
  switch (isEssenceError(error) ? error.code : 'BUG') {
    case 'NO_SPEECH':
      return words('noSpeech')
    case 'AUDIO_TOO_LONG':
      return words('tooLong', {time: maxSeconds * 1000})
    case 'AUDIO_TOO_LARGE':
      return words('tooLarge', {size: maxBytes})
    case 'AUDIO_EMPTY':
    case 'AUDIO_UNREADABLE':
      return words('unreadable')
    case 'CONTEXT_FULL':
      return words('contextFull')
    case 'ENGINE_BUSY':
      return words('busy')
    case 'ENGINE_UNAVAILABLE':
    case 'REMOTE_REFUSED':
    case 'REMOTE_UNREACHABLE':
    case 'STORE_UNAVAILABLE':
    case 'TIMED_OUT':
      return words('unavailable')
    default:
      return words('failed')
  }
}
