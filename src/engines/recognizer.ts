import {join} from 'node:path'
import type {Settings} from '../config/schema.ts'
import {openJuneNano} from '../stt/june-nano.ts'
import {mockSpeechToText} from '../stt/mock.ts'
import type {SpeechToText} from '../stt/port.ts'
import {openWhisper} from '../stt/whisper.ts'
import {findModel} from './missing-model.ts'
import {modesOf} from './modes.ts'

/**
 * The recogniser the settings name, with their prompt where a caller brings none. Where its model is not installed and
 * nobody chose it, the test recogniser. Aborting ends the start as soon as what is being loaded is.
 */
export const openRecognizer = async (settings: Settings, signal?: AbortSignal): Promise<SpeechToText> => {
  const {STT_PROMPT: prompt} = settings
  const stt = await openByName(settings, signal)
  return prompt ? {...stt, recognize: (audio, options) => stt.recognize(audio, {prompt, ...options})} : stt
}

const openByName = async (settings: Settings, signal: AbortSignal | undefined): Promise<SpeechToText> => {
  if (modesOf(settings).stt === 'mock') return mockSpeechToText()
  const {STT_DEVICE, STT_THREADS, JUNE_DATA_DIR} = settings
  const options = {
    device: STT_DEVICE,
    ...(STT_THREADS === undefined ? {} : {threads: STT_THREADS}),
    ...(signal ? {signal} : {}),
  }
  const modelPath = await findModel('stt', 'STT_MODEL', settings)
  if (modelPath !== undefined) return openWhisper({...options, modelPath})
  return openJuneNano({...options, cacheDir: join(JUNE_DATA_DIR, 'cache')})
}
