import {isEssenceError} from '../kit/errors.ts'
import type {RecordingLimits} from './recording-limits.ts'

/** One sentence for the person who waits for an answer, whatever the channel; never what went wrong inside. */
export const apology = (error: unknown, {maxBytes, maxSeconds}: RecordingLimits): string => {
  switch (isEssenceError(error) ? error.code : 'BUG') {
    case 'NO_SPEECH':
      return 'I heard no speech in that. Please try again, a little closer to the microphone.'
    case 'AUDIO_TOO_LONG':
      return `That is too long for me: I listen to at most ${maxSeconds} seconds at a time.`
    case 'AUDIO_TOO_LARGE':
      return `That file is too large for me: I take at most ${(maxBytes / 1024 / 1024).toFixed(1)} MB.`
    case 'AUDIO_EMPTY':
    case 'AUDIO_UNREADABLE':
      return 'I cannot read that sound. Please record it as a voice message.'
    case 'CONTEXT_FULL':
      return 'That is more than I can keep in mind at once. Please say it shorter.'
    case 'ENGINE_BUSY':
      return 'I am busy with others. Please try again in a moment.'
    case 'ENGINE_UNAVAILABLE':
    case 'REMOTE_REFUSED':
    case 'REMOTE_UNREACHABLE':
    case 'STORE_UNAVAILABLE':
    case 'TIMED_OUT':
      return 'A part of me is not there at the moment. Please try again in a minute.'
    default:
      return 'Something went wrong on my side. Please try again in a moment.'
  }
}
