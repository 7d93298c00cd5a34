import type {Settings} from '../config/schema.ts'
import {mockSpeechToText} from '../stt/mock.ts'
import type {SpeechToText} from '../stt/port.ts'
import {openLocalRecognizer} from './local-recognizer.ts'
import {modesOf} from './modes.ts'
import {remoteRecognizer} from './remote.ts'

/**
 * The recogniser the settings name: the service at STT_URL; else a stand-in where the mode says so; else the engine in this process.
 * Aborting ends the start as soon as what is being loaded is.
 * @param onProgress told that a service has to be waited for
 * @param waitMs how long for
 * @throws what `remoteRecognizer` and `openLocalRecognizer` throw
 */
export const openRecognizer = async (
  settings: Settings,
  signal?: AbortSignal,
  onProgress?: (message: string) => void,
  waitMs?: number,
): Promise<SpeechToText> => {
  const remote = await remoteRecognizer(settings, {signal, onProgress, waitMs})
  if (remote) return remote
  if (modesOf(settings).stt === 'mock') return mockSpeechToText()
  return await openLocalRecognizer(settings, signal)
}
