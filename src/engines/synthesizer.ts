import type {Settings} from '../config/schema.ts'
import {openMockTextToSpeech} from '../tts/mock.ts'
import type {TextToSpeech} from '../tts/port.ts'
import {modesOf} from './modes.ts'
import type {EngineOptions} from './options.ts'
import {remoteSynthesizer} from './remote/speech.ts'
import {tellSpoken} from './transcripts.ts'
import {openLocalSynthesizer} from './voices/local-synthesizer.ts'

/**
 * The voice the settings name, at the speed they name where a caller does not choose another: the service at TTS_URL; else a stand-in
 * where the mode says so; else the engine in this process.
 * @throws what `remoteSynthesizer` and `openLocalSynthesizer` throw
 */
export const openSynthesizer = async (settings: Settings, options: EngineOptions = {}): Promise<TextToSpeech> =>
  tellSpoken(await open(settings, options), options.onTranscript)

const open = async (settings: Settings, options: EngineOptions): Promise<TextToSpeech> => {
  const remote = await remoteSynthesizer(settings, options)
  if (remote) return remote
  if (modesOf(settings).tts === 'mock') return openMockTextToSpeech({speed: settings.TTS_SPEED})
  return openLocalSynthesizer(settings, options.signal)
}
