import {auto} from '../../compute/device.ts'
import {modelFile} from '../../compute/engine-info.ts'
import {defaultThreads} from '../../compute/threads.ts'
import {throwIfCancelled} from '../../kit/errors.ts'
import {samplesPerMs} from '../duration.ts'
import type {SpeechEngine, TranscribeOptions} from '../engine.ts'
import {readParakeetFile} from '../ggml/parakeet-file.ts'
import {placeModel} from './device.ts'
import {engineSegments, nativeSamples} from './segments.ts'
import type {WhisperCppOptions} from './whisper-cpp.ts'

/** What parakeet-tdt-0.6b-v3 knows: the model card, "25 European languages". */
const european = 'bg cs da de el en es et fi fr hr hu it lt lv mt nl pl pt ro ru sk sl sv uk'.split(' ')

/** Version 2 is English only, with so many tokens. */
const englishVocabulary = 1024

/** The longest audio transcribed at once, in ms. More is possible; attention costs its square. */
const maxWindowMs = 30_000

/**
 * Opens NVIDIA's Parakeet TDT on whisper.cpp in this process: resident, and warm when this resolves. Its cost follows the length of
 * the audio. The model finds out the language by itself and does not tell which; one that is asked for is not imposed on it.
 * A cancelled window stops at the next token, once the encoder is done.
 * @throws MODEL_MISSING, MODEL_INVALID, CONFIG_INVALID, ENGINE_UNAVAILABLE, ENGINE_FAILED, CANCELLED
 */
export const openParakeet = async (options: Omit<WhisperCppOptions, 'gpuOnly'>): Promise<SpeechEngine> => {
  const {modelPath, device: asked = auto, threads = defaultThreads(), signal} = options
  const {vocabulary, contextMs} = await readParakeetFile(modelPath)
  throwIfCancelled(signal)
  const {library, context, device, deviceReason} = await placeModel(modelPath, asked, {family: 'parakeet'})
  let running: Promise<unknown> = Promise.resolve()

  const run = async (audio: Float32Array, stop?: AbortSignal) => {
    const result = library.run(context, nativeSamples(audio), {maxThreads: threads}, stop)
    running = result.catch(() => {})
    return await result
  }

  const transcribe = async (audio: Float32Array, {language, signal}: TranscribeOptions) => {
    throwIfCancelled(signal)
    const result = await run(audio, signal)
    throwIfCancelled(signal)
    return {
      segments: engineSegments(result, audio.length / samplesPerMs),
      language: language === 'auto' ? 'und' : language,
    }
  }

  const close = async (): Promise<void> => {
    await running
    await library.release(context)
  }
  let closing: Promise<void> | undefined

  const engine: SpeechEngine = {
    info: {engine: 'parakeet', ...modelFile(modelPath), device, deviceReason},
    abilities: {
      languages: vocabulary === englishVocabulary ? ['en'] : european,
      translate: false,
      words: false,
      prompt: false,
      confidence: false,
    },
    windowMs: Math.min(maxWindowMs, contextMs),
    transcribe,
    close: () => (closing ??= close()),
  }
  try {
    await run(new Float32Array(1000 * samplesPerMs), signal)
    throwIfCancelled(signal)
    return engine
  } catch (error) {
    await engine.close()
    throw error
  }
}
