import type {Settings} from '../config/schema.ts'
import {mockSpeechToText} from '../stt/mock.ts'
import type {SpeechToText} from '../stt/port.ts'
import {openLocalRecognizer} from './local-recognizer.ts'
import {modesOf} from './modes.ts'
import type {EngineOptions} from './options.ts'
import {remoteRecognizer} from './remote/speech.ts'
import {tellHeard} from './transcripts.ts'

/**
 * The recogniser the settings name: the service at STT_URL; else a stand-in where the mode says so; else the engine in this process.
 * @throws what `remoteRecognizer` and `openLocalRecognizer` throw
 */
export const openRecognizer = async (settings: Settings, options: EngineOptions = {}): Promise<SpeechToText> =>
  tellHeard(await open(settings, options), options.onTranscript)

const open = async (settings: Settings, options: EngineOptions): Promise<SpeechToText> => {
  const remote = await remoteRecognizer(settings, options)
  if (remote) return remote
  if (modesOf(settings).stt === 'mock') return mockSpeechToText()
  return await openLocalRecognizer(settings, options.signal)
}
