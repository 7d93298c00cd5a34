import type {Settings} from '../../config/schema.ts'
import {variables} from '../../config/schema.ts'
import {EssenceError, isEssenceError} from '../../kit/errors.ts'
import {locateModel} from '../../models/cache/locate.ts'
import {catalogue} from '../../models/catalogue/catalogue.ts'
import type {VoiceEngine} from '../../tts/engine.ts'
import {openEspeak} from '../../tts/espeak/espeak.ts'
import {fallbackVoices} from '../../tts/fallback-voices.ts'
import {type OnnxVoiceEngine, onnxVoices, openVoiceFile} from '../../tts/onnx/open-voice-file.ts'
import type {TextToSpeech} from '../../tts/port.ts'
import type {VoiceSpeed} from '../../tts/speed.ts'
import {textToSpeech} from '../../tts/text-to-speech.ts'
import {installAdvice, voiceAdvice} from '../install-command.ts'
import {chooseVoices, type InstalledVoice, rivals} from './choice.ts'
import {installedVoices} from './installed.ts'
import {voiceSpeeds} from './speeds.ts'

/**
 * The voice the settings name, in this process. `auto` takes for each language the best installed one that speaks in real time on
 * this machine, and espeak-ng for the rest; espeak-ng alone where none is installed. Aborting ends the start.
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
    const {files, main} = await voiceFiles(settings, signal)
    for (const modelPath of files) {
      const engine = await openVoiceFile(
        {modelPath, device: settings.TTS_DEVICE, signal},
        asked === 'auto' || asked === 'espeak' ? undefined : asked,
      )
      opened.push(engine)
    }
    // The one that speaks every language, robotic as it is.
    const espeak = await openEspeak({signal})
    const [first, ...others] = opened
    return first ? fallbackVoices([first, ...others, espeak], opened[main]) : espeak
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

/** The voices that may speak besides espeak-ng: the one TTS_MODEL names, or those that are installed. @throws MODEL_MISSING, ENGINE_UNAVAILABLE */
export const candidateVoices = async (settings: Settings): Promise<{named: string} | {installed: InstalledVoice[]}> => {
  const asked = engineNamed(settings.TTS_ENGINE)
  if (asked === 'espeak') return {installed: []}
  const {JUNE_DATA_DIR: dataDir, HUGGINGFACE_CACHE_DIR: huggingfaceDir, MODEL_CACHE_DIR: cacheDir, TTS_MODEL} = settings
  if (TTS_MODEL !== variables.TTS_MODEL.default) {
    const named = await locateModel('tts', TTS_MODEL, cacheDir, {dataDir, huggingfaceDir})
    if (named !== undefined) return {named}
    throw missing(`TTS_MODEL is "${TTS_MODEL}"`, cacheDir, TTS_MODEL)
  }
  const installed = (await installedVoices(settings)).filter(({engine}) => asked === 'auto' || engine === asked)
  if (installed.length === 0 && asked !== 'auto') {
    const first = catalogue.find(({kind, engine}) => kind === 'tts' && engine === asked)
    throw missing(`TTS_ENGINE is ${asked}`, cacheDir, first?.id ?? asked)
  }
  return {installed}
}

/** The files of the voices to open, those asked first at the front, and the number of the one that speaks where no language is known. */
const voiceFiles = async (
  settings: Settings,
  signal: AbortSignal | undefined,
): Promise<{files: string[]; main: number}> => {
  const candidates = await candidateVoices(settings)
  if ('named' in candidates) return {files: [candidates.named], main: 0}
  const {installed} = candidates
  const speeds = new Map<string, VoiceSpeed>()
  // One that cannot be measured is told when it is opened.
  for await (const {voice, speed} of voiceSpeeds(settings, rivals(installed), signal)) {
    if (speed) speeds.set(voice.id, speed)
  }
  const {voices, main} = chooseVoices(installed, speeds)
  return {files: voices.map(({path}) => path), main: main ? voices.indexOf(main) : 0}
}

const missing = (what: string, cacheDir: string, model: string): EssenceError =>
  new EssenceError('MODEL_MISSING', `${what}, but no such model is in ${cacheDir}.`, {
    suggestions: [
      installAdvice('tts', model),
      'Or give the path of the file: TTS_MODEL=/path/to/voice.onnx',
      'Or set TTS_ENGINE to auto and unset TTS_MODEL: espeak-ng then speaks until models are installed.',
    ],
  })
