import {join} from 'node:path'
import type {Settings} from '../config/schema.ts'
import type {SpeechEngine} from '../stt/engine.ts'
import {asJuneNano, juneNanoPath} from '../stt/june-nano.ts'
import {mockSpeechToText} from '../stt/mock.ts'
import {openVad} from '../stt/open-vad.ts'
import type {SpeechToText} from '../stt/port.ts'
import {speechToText} from '../stt/recognizer.ts'
import {findModel} from './missing-model.ts'
import {modesOf} from './modes.ts'
import {openSpeechEngine} from './speech-engine.ts'

/**
 * The recogniser the settings name, with their prompt where a caller brings none. Where its model is not installed and
 * nobody chose it, the test recogniser. Aborting ends the start as soon as what is being loaded is.
 */
export const openRecognizer = async (settings: Settings, signal?: AbortSignal): Promise<SpeechToText> => {
  if (modesOf(settings).stt === 'mock') return mockSpeechToText()
  const {STT_PROMPT: prompt, STT_ENABLE_VAD: enableVad} = settings
  const engine = await openEngine(settings, signal)
  try {
    const vad = await openVad({signal})
    return speechToText(engine, {vad, enableVad, ...(prompt ? {prompt} : {})})
  } catch (error) {
    await engine.close()
    throw error
  }
}

const openEngine = async (settings: Settings, signal: AbortSignal | undefined): Promise<SpeechEngine> => {
  const {STT_DEVICE: device, STT_THREADS, JUNE_DATA_DIR} = settings
  const options = {
    device,
    ...(STT_THREADS === undefined ? {} : {threads: STT_THREADS}),
    ...(signal ? {signal} : {}),
  }
  const modelPath = await findModel('stt', 'STT_MODEL', settings)
  if (modelPath !== undefined) return await openSpeechEngine({...options, modelPath})
  return asJuneNano(await openSpeechEngine({...options, modelPath: await juneNanoPath(join(JUNE_DATA_DIR, 'cache'))}))
}
