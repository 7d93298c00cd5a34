import {join} from 'node:path'
import type {Settings} from '../config/schema.ts'
import {variables} from '../config/schema.ts'
import {defined} from '../kit/defined.ts'
import {EssenceError} from '../kit/errors.ts'
import {locateModel} from '../models/cache/locate.ts'
import type {SpeechEngine} from '../stt/engine.ts'
import {asJuneNano, juneNanoPath} from '../stt/june-nano.ts'
import type {SpeechToText, VadParameters} from '../stt/port.ts'
import {speechToText} from '../stt/recognizer.ts'
import {openVad} from '../stt/vad/open-vad.ts'
import type {VoiceActivityDetector} from '../stt/vad/vad.ts'
import {installAdvice} from './install-command.ts'
import {findModel} from './missing-model.ts'
import {openSpeechEngine} from './speech-engine.ts'

/**
 * The recogniser the settings name, in this process, with their prompt and hot words where a caller brings no prompt. Where its model
 * is only the default and not installed, the test recogniser. Aborting ends the start as soon as what is being loaded is.
 * @throws what `openSpeechEngine`, `openVad` and `speechToText` throw
 */
export const openLocalRecognizer = async (settings: Settings, signal?: AbortSignal): Promise<SpeechToText> => {
  const vad = await openVadOf(settings, signal)
  try {
    const engine = await openEngine(settings, signal)
    try {
      return speechToText(engine, {
        vad,
        vadParameters: vadParametersOf(settings),
        enableVad: settings.STT_ENABLE_VAD,
        requestLimit: settings.STT_QUEUE_LIMIT,
        prompt: promptOf(settings) || undefined,
      })
    } catch (error) {
      await engine.close()
      throw error
    }
  } catch (error) {
    await vad.close()
    throw error
  }
}

/** The detector of speech the settings name. @throws what `openVad` throws, MODEL_MISSING */
export const openVadOf = async (settings: Settings, signal?: AbortSignal): Promise<VoiceActivityDetector> =>
  await openVad({modelPath: await vadModelPath(settings), signal})

const openEngine = async (settings: Settings, signal: AbortSignal | undefined): Promise<SpeechEngine> => {
  const {STT_DEVICE: device, STT_ENGINE: engine, STT_THREADS: threads, JUNE_DATA_DIR} = settings
  const options = {device, engine, threads, signal}
  const modelPath = await recognizerModel(settings)
  if (modelPath !== undefined) return await openSpeechEngine({...options, modelPath})
  return asJuneNano(await openSpeechEngine({...options, modelPath: await juneNanoPath(join(JUNE_DATA_DIR, 'cache'))}))
}

/** The model of STT_ENGINE=parakeet where none is named: the multilingual one. */
const parakeetModel = 'nvidia/parakeet-tdt-0.6b-v3'

/**
 * The file of the model that listens; undefined where the test recogniser does in place of the default.
 * @throws MODEL_MISSING, and what `locateModel` throws
 */
export const recognizerModel = async (settings: Settings): Promise<string | undefined> => {
  const {STT_ENGINE, STT_MODEL} = settings
  if (STT_ENGINE !== 'parakeet' || STT_MODEL !== variables.STT_MODEL.default)
    return await findModel('stt', 'STT_MODEL', settings)
  const path = await locate('stt', parakeetModel, settings)
  if (path !== undefined) return path
  throw new EssenceError(
    'MODEL_MISSING',
    `STT_ENGINE is parakeet, but no Parakeet model is in ${settings.MODEL_CACHE_DIR}.`,
    {
      suggestions: [
        installAdvice('stt', parakeetModel),
        'Or give the path of the file: STT_MODEL=/path/to/ggml-parakeet-….bin',
        'Or set STT_ENGINE to auto.',
      ],
    },
  )
}

/** The detector of speech that was named; undefined for the one that comes with Essence. */
const vadModelPath = async (settings: Settings): Promise<string | undefined> => {
  const {STT_VAD_MODEL: name, STT_ENABLE_VAD: enabled} = settings
  if (name === undefined || !enabled) return undefined
  const path = await locate('vad', name, settings)
  if (path !== undefined) return path
  throw new EssenceError(
    'MODEL_MISSING',
    `STT_VAD_MODEL is "${name}", but no such model is in ${settings.MODEL_CACHE_DIR}.`,
    {
      suggestions: [installAdvice('vad', name), 'Or unset STT_VAD_MODEL: Silero VAD 5 comes with Essence.'],
    },
  )
}

const locate = (kind: 'stt' | 'vad', name: string, settings: Settings): Promise<string | undefined> => {
  const {JUNE_DATA_DIR: dataDir, HUGGINGFACE_CACHE_DIR: huggingfaceDir, MODEL_CACHE_DIR} = settings
  return locateModel(kind, name, MODEL_CACHE_DIR, {dataDir, huggingfaceDir})
}

const promptOf = ({STT_PROMPT = '', STT_HOT_WORDS = ''}: Settings): string =>
  [STT_HOT_WORDS, STT_PROMPT]
    .map(part => part.trim())
    .filter(part => part !== '')
    .join('. ')

const vadParametersOf = (settings: Settings): Partial<VadParameters> =>
  defined({
    threshold: settings.STT_VAD_THRESHOLD,
    minSpeechDurationMs: settings.STT_VAD_MIN_SPEECH_DURATION_MS,
    minSilenceDurationMs: settings.STT_VAD_MIN_SILENCE_DURATION_MS,
    speechPadMs: settings.STT_VAD_SPEECH_PAD_MS,
    maxSpeechDurationS: settings.STT_VAD_MAX_SPEECH_DURATION_S ?? settings.STT_CHUNK_LENGTH,
  })
