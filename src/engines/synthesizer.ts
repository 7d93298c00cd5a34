import type {Settings} from '../config/schema.ts'
import {EssenceError} from '../kit/errors.ts'
import type {VoiceEngine} from '../tts/engine.ts'
import {openEspeak} from '../tts/espeak.ts'
import {openMockTextToSpeech} from '../tts/mock.ts'
import type {TextToSpeech} from '../tts/port.ts'
import {textToSpeech} from '../tts/text-to-speech.ts'
import {modesOf} from './modes.ts'
import {remoteSynthesizer} from './remote.ts'

/** The voice the settings name, at the speed they name where a caller does not choose another. */
export const openSynthesizer = async (
  settings: Settings,
  signal?: AbortSignal,
  onProgress?: (message: string) => void,
): Promise<TextToSpeech> => {
  const remote = await remoteSynthesizer(settings, {signal, onProgress})
  if (remote) return remote
  const {TTS_SPEED: speed, TTS_VOICE_ID: voice} = settings
  if (modesOf(settings).tts === 'mock') return openMockTextToSpeech({speed})
  return textToSpeech(await openByName(settings), {speed, ...(voice === 'default' ? {} : {voice})})
}

const openByName = async (settings: Settings): Promise<VoiceEngine> => {
  const {TTS_ENGINE, TTS_VOICE_ID} = settings
  if (TTS_ENGINE !== 'auto' && TTS_ENGINE !== 'espeak') {
    throw new EssenceError('ENGINE_UNAVAILABLE', `TTS_ENGINE is "${TTS_ENGINE}"; this version has espeak only.`, {
      suggestions: ['Set TTS_ENGINE to auto or espeak.'],
    })
  }
  return openEspeak(TTS_VOICE_ID === 'default' ? {} : {defaultVoice: TTS_VOICE_ID})
}
