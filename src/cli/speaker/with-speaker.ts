import {readAudio} from '../../audio/decode/decode.ts'
import type {Settings} from '../../config/schema.ts'
import {openSpeakerRecognition} from '../../engines/speaker/recognition.ts'
import {EssenceError} from '../../kit/errors.ts'
import type {SpeakerRecognition} from '../../speaker/port.ts'

/** ms of a recording that is listened to for a voice, at most. */
const longestMs = 5 * 60_000

export interface SpeakerUse {
  settings: Settings
  /** Recordings of any kind. */
  files: readonly string[]
  /** Says what is loaded while it is. */
  loading<T>(what: string, open: () => Promise<T>): Promise<T>
  signal: AbortSignal
}

/**
 * Reads recordings, and does something with them and with what tells people apart by their voices.
 * @param work is given the recordings: mono, 16 kHz, −1..1
 * @throws CONFIG_INVALID (no model is named), as `readAudio` and `openSpeakerRecognition`, and what the work throws
 */
export const withSpeaker = async <T>(
  {settings, files, loading, signal}: SpeakerUse,
  work: (recognition: SpeakerRecognition, recordings: Float32Array[]) => Promise<T>,
): Promise<T> => {
  if (settings.SPEAKER_MODEL === undefined) {
    throw new EssenceError('CONFIG_INVALID', 'SPEAKER_MODEL is not set: nobody is known by voice.', {
      suggestions: ['Set it to the path of a speaker model, see docs/speaker.md.', 'Or name one: --model FILE'],
    })
  }
  // Before a model is loaded for them.
  const recordings: Float32Array[] = []
  for (const path of files) recordings.push(await readAudio({path}, {maxDurationMs: longestMs, signal}))
  const recognition = await loading('the speaker model', () => openSpeakerRecognition(settings, signal))
  if (!recognition) throw new EssenceError('BUG', 'A speaker model is named, and none was opened.')
  try {
    return await work(recognition, recordings)
  } finally {
    await recognition.close()
  }
}
