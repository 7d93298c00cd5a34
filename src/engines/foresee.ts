import {basename, resolve} from 'node:path'
import type {Settings} from '../config/schema.ts'
import {voiceFileEngine} from '../tts/onnx/open-voice-file.ts'
import {recognizerModel} from './local-recognizer.ts'
import {findModel} from './missing-model.ts'
import {isForeign} from './remote/assistant.ts'
import {loadableKind} from './speech-engine.ts'
import {candidateVoices} from './voices/local-synthesizer.ts'

/** What the settings would open in this process, as far as it can be told without opening it. */
export interface Foreseen {
  /** For people: `SmolLM2-135M-Instruct.Q4_1.gguf, by llama.cpp`. */
  runs: string
  /** Absolute; absent where no file is opened, or which one is decided at the start. */
  modelPath?: string | undefined
}

const byFile = (engine: string, path: string): Foreseen => ({
  runs: `${basename(path)}, by ${engine}`,
  modelPath: resolve(path),
})

/** The real recogniser. @throws MODEL_MISSING, MODEL_INVALID, CONFIG_INVALID */
export const foreseeRecognizer = async (settings: Settings): Promise<Foreseen> => {
  const path = await recognizerModel(settings)
  if (path === undefined) return {runs: 'june-nano, the test recogniser'}
  const {STT_ENGINE: engine} = settings
  const kind = await loadableKind(path, engine)
  if (engine !== 'auto') return byFile(engine, path)
  return byFile(kind === 'parakeet' ? kind : 'whisper or whisper.cpp, as suits the device', path)
}

/** The real mind. @throws MODEL_MISSING */
export const foreseeAssistant = async (settings: Settings): Promise<Foreseen> => {
  if (isForeign(settings.LLM_URL)) return {runs: `the model of the server at ${settings.LLM_URL}`}
  const path = await findModel('llm', 'MODEL_NAME', settings)
  return path === undefined ? {runs: 'the demo mind, a few fixed rules'} : byFile('llama.cpp', path)
}

/** The real voice. @throws MODEL_MISSING, MODEL_INVALID, ENGINE_UNAVAILABLE */
export const foreseeSynthesizer = async (settings: Settings): Promise<Foreseen> => {
  const candidates = await candidateVoices(settings)
  if ('named' in candidates) {
    const {TTS_ENGINE} = settings
    return byFile(TTS_ENGINE === 'auto' ? await voiceFileEngine(candidates.named) : TTS_ENGINE, candidates.named)
  }
  const [first, ...others] = candidates.installed
  if (!first) return {runs: 'espeak-ng'}
  if (others.length === 0) return byFile(first.engine, first.path)
  const ids = [first, ...others].map(({id}) => id)
  return {runs: `for each language the best that speaks in real time of ${ids.join(', ')}`}
}
