import {openSpeechEngine} from '@essence/core/engines/speech-engine'
import {asJuneNano, juneNanoPath} from '@essence/core/stt/june-nano'
import type {SpeechToText} from '@essence/core/stt/port'
import {speechToText} from '@essence/core/stt/recognizer'

/** june-nano on the engine the CPU gets, with one thread. @param cacheDir folder to unpack it into */
export const openNano = async (cacheDir: string): Promise<SpeechToText> => {
  const modelPath = await juneNanoPath(cacheDir)
  return speechToText(asJuneNano(await openSpeechEngine({modelPath, device: {backend: 'cpu'}, threads: 1})))
}
