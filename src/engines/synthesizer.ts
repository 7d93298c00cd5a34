import type {Settings} from '../config/schema.ts'
import {openMockTextToSpeech} from '../tts/mock.ts'
import type {TextToSpeech} from '../tts/port.ts'
import {openLocalSynthesizer} from './local-synthesizer.ts'
import {modesOf} from './modes.ts'
import {remoteSynthesizer} from './remote.ts'

/**
 * The voice the settings name, at the speed they name where a caller does not choose another: the service at TTS_URL; else a stand-in
 * where the mode says so; else the engine in this process.
 */
export const openSynthesizer = async (
  settings: Settings,
  signal?: AbortSignal,
  onProgress?: (message: string) => void,
  waitMs?: number,
): Promise<TextToSpeech> => {
  const remote = await remoteSynthesizer(settings, {signal, onProgress, waitMs})
  if (remote) return remote
  if (modesOf(settings).tts === 'mock') return openMockTextToSpeech({speed: settings.TTS_SPEED})
  return openLocalSynthesizer(settings, signal)
}
