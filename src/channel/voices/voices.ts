import {readAudio} from '../../audio/decode/decode.ts'
import type {Settings} from '../../config/schema.ts'
import {EssenceError} from '../../kit/errors.ts'
import type {SpeakerRecognition} from '../../speaker/port.ts'
import type {RecordingLimits} from '../recording-limits.ts'
import type {Words} from '../words/words.ts'
import {type BegunEnrolments, openBegunEnrolments} from './begun-enrolments.ts'
import {Enrolments} from './enrolments.ts'

/** Who is known by their voice, and who is about to be. */
export interface Voices {
  recognition: SpeakerRecognition
  enrolments: Enrolments
  close(): Promise<void>
}

export const voicesOf = (recognition: SpeakerRecognition, begun: BegunEnrolments, now: () => number): Voices => {
  const enrolments = new Enrolments({recognition, begun, now})
  return {
    recognition,
    enrolments,
    async close() {
      await Promise.all([recognition.close(), enrolments.close()])
    },
  }
}

/**
 * How they are opened; undefined where no speaker model is named: then nothing is loaded for it.
 * The function throws MODEL_MISSING, MODEL_INVALID, ENGINE_UNAVAILABLE, STORE_UNAVAILABLE, DECRYPTION_FAILED, CONFIG_INVALID, DISK_FULL,
 * DATA_DIR_UNWRITABLE, CANCELLED.
 */
export const voicesOpener = (settings: Settings): ((signal: AbortSignal) => Promise<Voices>) | undefined => {
  if (settings.SPEAKER_MODEL === undefined) return undefined
  return async signal => {
    const [{openSpeakerRecognition}, {openVoiceprints}] = await Promise.all([
      import('../../engines/speaker/recognition.ts'),
      import('../../engines/speaker/voiceprints.ts'),
    ])
    await openVoiceprints(settings).renew()
    const recognition = await openSpeakerRecognition(settings, signal)
    if (!recognition) throw new EssenceError('BUG', 'A speaker model is named, and none was opened.')
    const begun = await openBegunEnrolments(settings).catch(async error => {
      await recognition.close()
      throw error
    })
    return voicesOf(recognition, begun, Date.now)
  }
}

export interface SentenceOptions {
  voices: Voices
  limits: RecordingLimits
  words: Words
  /** The recording, where it is wanted. */
  recording: () => Promise<Uint8Array>
}

/**
 * What is said to a voice message of a private chat from which June learns a voice; undefined for one that is a question.
 * @param message its id: the same one counts once
 * @throws as `recording`, `readAudio` and `Enrolments.take`
 */
export const takeSentence = async (
  {person, message}: {person: string; message: string},
  {voices, limits, words, recording}: SentenceOptions,
  signal: AbortSignal,
): Promise<string | undefined> => {
  if (!(await voices.enrolments.awaits(person, message))) return undefined
  const audio = await readVoice(await recording(), limits, signal)
  return await voices.enrolments.take({person, message, audio}, words, signal)
}

/** A recording as voices are told by it: mono, 16 kHz, −1..1. @throws as `readAudio` */
export const readVoice = (bytes: Uint8Array, limits: RecordingLimits, signal: AbortSignal): Promise<Float32Array> =>
  readAudio({bytes}, {sampleRate: 16_000, maxDurationMs: limits.maxSeconds * 1000, maxBytes: limits.maxBytes, signal})
