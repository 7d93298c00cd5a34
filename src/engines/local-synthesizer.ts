import type {Settings} from '../config/schema.ts'
import {variables} from '../config/schema.ts'
import {EssenceError, isEssenceError} from '../kit/errors.ts'
import {locateModel} from '../models/cache/locate.ts'
import {locateInstalled} from '../models/cache/locate-installed.ts'
import {catalogue} from '../models/catalogue/catalogue.ts'
import {mainLanguage} from '../text/language-tag.ts'
import type {VoiceEngine} from '../tts/engine.ts'
import {openEspeak} from '../tts/espeak/espeak.ts'
import {fallbackVoices} from '../tts/fallback-voices.ts'
import {type OnnxVoiceEngine, onnxVoices, openVoiceFile} from '../tts/onnx/open-voice-file.ts'
import type {TextToSpeech} from '../tts/port.ts'
import {textToSpeech} from '../tts/text-to-speech.ts'
import {installAdvice, voiceAdvice} from './install-command.ts'

/**
 * The voice the settings name, in this process. `auto` takes the best one that is installed, other installed voices for languages it
 * lacks, and espeak-ng for the rest; espeak-ng alone where none is installed. Aborting ends the start.
 * @throws MODEL_MISSING (a model or engine that was chosen), VOICE_UNKNOWN, ENGINE_UNAVAILABLE (no such engine or device), MODEL_INVALID,
 * CANCELLED
 */
export const openLocalSynthesizer = async (settings: Settings, signal?: AbortSignal): Promise<TextToSpeech> => {
  const {TTS_SPEED: speed, TTS_VOICE_ID: voice, TTS_QUEUE_LIMIT: requestLimit} = settings
  const engine = await openEngine(settings, signal)
  try {
    return textToSpeech(engine, {speed, requestLimit, voice: voice === 'default' ? undefined : voice})
  } catch (error) {
    await engine.close()
    throw withAdvice(error, voice)
  }
}

/** A voice may be missing only because its model is. */
const withAdvice = (error: unknown, voice: string): unknown => {
  const advice = isEssenceError(error) && error.code === 'VOICE_UNKNOWN' ? voiceAdvice(voice) : undefined
  if (!isEssenceError(error) || advice === undefined) return error
  return new EssenceError('VOICE_UNKNOWN', error.message, {suggestions: [advice, ...error.suggestions]})
}

const openEngine = async (settings: Settings, signal: AbortSignal | undefined): Promise<VoiceEngine> => {
  const asked = engineNamed(settings.TTS_ENGINE)
  const opened: VoiceEngine[] = []
  try {
    if (asked !== 'espeak') {
      for (const modelPath of await voiceFiles(settings, asked)) {
        const engine = await openVoiceFile(
          {modelPath, device: settings.TTS_DEVICE, signal},
          asked === 'auto' ? undefined : asked,
        )
        opened.push(engine)
      }
    }
    // The one that speaks every language, robotic as it is.
    const espeak = await openEspeak({signal})
    const [main, ...others] = opened
    return main ? fallbackVoices([main, ...others, espeak]) : espeak
  } catch (error) {
    await Promise.allSettled(opened.map(engine => engine.close()))
    throw error
  }
}

const engineNamed = (name: string): 'auto' | 'espeak' | OnnxVoiceEngine => {
  if (name === 'auto' || name === 'espeak') return name
  const known = onnxVoices.find(one => one === name)
  if (known) return known
  throw new EssenceError('ENGINE_UNAVAILABLE', `TTS_ENGINE is "${name}", but there is no such engine.`, {
    suggestions: [`Set it to auto, espeak, ${onnxVoices.join(', ')}.`],
  })
}

/** The files of the voices to open, the most wanted first. */
const voiceFiles = async (settings: Settings, asked: 'auto' | OnnxVoiceEngine): Promise<string[]> => {
  const {JUNE_DATA_DIR: dataDir, HUGGINGFACE_CACHE_DIR: huggingfaceDir, MODEL_CACHE_DIR: cacheDir, TTS_MODEL} = settings
  const places = {dataDir, huggingfaceDir}
  if (TTS_MODEL !== variables.TTS_MODEL.default) {
    const path = await locateModel('tts', TTS_MODEL, cacheDir, places)
    if (path !== undefined) return [path]
    throw missing(`TTS_MODEL is "${TTS_MODEL}"`, cacheDir, TTS_MODEL)
  }
  const rows = catalogue.filter(({kind, engine}) => kind === 'tts' && (asked === 'auto' || engine === asked))
  const files: string[] = []
  const spoken = new Set<string>()
  for (const {id, languages} of rows.sort((a, b) => rank(a.engine) - rank(b.engine))) {
    // A second model of languages that are spoken already would only take memory.
    if (languages.every(language => spoken.has(mainLanguage(language)))) continue
    const path = await locateInstalled('tts', id, cacheDir, places)
    if (path === undefined) continue
    files.push(path)
    for (const language of languages) spoken.add(mainLanguage(language))
  }
  if (files.length > 0 || asked === 'auto') return files
  throw missing(`TTS_ENGINE is ${asked}`, cacheDir, rows[0]?.id ?? asked)
}

/** Kokoro sounds best and speaks most languages; Piper's voices are for one language each. */
const rank = (engine: string): number => ['kokoro', 'piper', 'jets'].indexOf(engine)

const missing = (what: string, cacheDir: string, model: string): EssenceError =>
  new EssenceError('MODEL_MISSING', `${what}, but no such model is in ${cacheDir}.`, {
    suggestions: [
      installAdvice('tts', model),
      'Or give the path of the file: TTS_MODEL=/path/to/voice.onnx',
      'Or set TTS_ENGINE to auto and unset TTS_MODEL: espeak-ng then speaks until models are installed.',
    ],
  })
