import type {Settings} from '../../config/schema.ts'
import {locateInstalled} from '../../models/cache/locate-installed.ts'
import {catalogue} from '../../models/catalogue/catalogue.ts'
import {onnxVoices} from '../../tts/onnx/open-voice-file.ts'
import {modelsWithVoice} from '../install-command.ts'
import type {InstalledVoice} from './choice.ts'

/** The voices of the catalogue that are on this machine, in its order. */
export const installedVoices = async (settings: Settings): Promise<InstalledVoice[]> => {
  const {JUNE_DATA_DIR: dataDir, HUGGINGFACE_CACHE_DIR: huggingfaceDir, MODEL_CACHE_DIR, TTS_VOICE_ID} = settings
  const named = new Set(modelsWithVoice(TTS_VOICE_ID).map(({id}) => id))
  const rows = await Promise.all(
    catalogue.map(async ({id, kind, engine: name, languages}) => {
      const engine = onnxVoices.find(one => one === name)
      if (kind !== 'tts' || !engine) return []
      const path = await locateInstalled('tts', id, MODEL_CACHE_DIR, {dataDir, huggingfaceDir})
      return path === undefined ? [] : [{id, engine, languages, named: named.has(id), path}]
    }),
  )
  return rows.flat()
}
