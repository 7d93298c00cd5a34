import {concatSamples} from '../../audio/pcm.ts'
import type {Settings} from '../../config/schema.ts'
import {openSpeakerEmbedder} from '../../speaker/embedder.ts'
import type {FindSpeech, SpeakerRecognition} from '../../speaker/port.ts'
import {speakerRecognition} from '../../speaker/recognition.ts'
import {detectUtterances} from '../../stt/pipeline/utterances.ts'
import type {VoiceActivityDetector} from '../../stt/vad/vad.ts'
import {vadParameters} from '../../stt/vad/vad-parameters.ts'
import {openVadOf} from '../local-recognizer.ts'
import {openVoiceprints} from './voiceprints.ts'

/**
 * Opens what tells people apart by their voices; undefined where no model is named: then nothing is computed or kept of voices.
 * @throws MODEL_MISSING, MODEL_INVALID, ENGINE_UNAVAILABLE, CANCELLED
 */
export const openSpeakerRecognition = async (
  settings: Settings,
  signal?: AbortSignal,
): Promise<SpeakerRecognition | undefined> => {
  const {SPEAKER_MODEL: path, SPEAKER_THRESHOLD: threshold} = settings
  if (path === undefined) return undefined
  const embedder = await openSpeakerEmbedder(path, signal)
  try {
    const vad = await openVadOf(settings, signal)
    const voiceprints = openVoiceprints(settings)
    const recognition = speakerRecognition({embedder, findSpeech: speechBy(vad), voiceprints, threshold})
    return {
      ...recognition,
      close: async () => {
        await Promise.all([recognition.close(), vad.close()])
      },
    }
  } catch (error) {
    await embedder.close()
    throw error
  }
}

/** A speaker model hears pauses as a part of the voice: they are cut shorter than recognition has them. */
const parameters = vadParameters(30_000, {minSilenceDurationMs: 200, speechPadMs: 60})

/** Finds speech as recognition does. */
export const speechBy =
  (vad: VoiceActivityDetector): FindSpeech =>
  async (audio, signal = new AbortController().signal) => {
    const stretches: Float32Array[] = []
    let speechMs = 0
    for await (const event of detectUtterances(once(audio), vad, {parameters, signal})) {
      if (event.type !== 'window') continue
      stretches.push(event.window.audio)
      speechMs += event.window.evidence?.speechMs ?? 0
    }
    return {audio: concatSamples(stretches), speechMs}
  }

async function* once(audio: Float32Array): AsyncGenerator<Float32Array> {
  yield audio
}
