import {auto, type Device} from '../../compute/device.ts'
import {modelFile} from '../../compute/engine-info.ts'
import {defaultThreads} from '../../compute/threads.ts'
import {defined} from '../../kit/defined.ts'
import {throwIfCancelled} from '../../kit/errors.ts'
import {samplesPerMs} from '../duration.ts'
import type {SpeechEngine, TranscribeOptions} from '../engine.ts'
import {readWhisperContents, translatesWith} from '../ggml/whisper-file.ts'
import {isoLanguage, whisperCode, whisperLanguages} from '../language.ts'
import {placeModel} from './device.ts'
import type {NativeOptions} from './native.ts'
import {engineSegments, nativeSamples} from './segments.ts'

export interface WhisperCppOptions {
  /** A Whisper model in ggml format. */
  modelPath: string
  /** Default `auto`: CUDA, then Vulkan, then CPU. */
  device?: Device | undefined
  /** With `auto`: where no GPU works, ENGINE_UNAVAILABLE with the reasons, instead of the CPU. Default false. */
  gpuOnly?: boolean | undefined
  /** CPU threads. Default: one core is left to others, and no more than 8. */
  threads?: number | undefined
  /** Aborting ends the start. */
  signal?: AbortSignal | undefined
}

/**
 * Opens whisper.cpp in this process: resident, and warm when this resolves. It cannot be stopped in the middle of a window,
 * tells no probabilities, and its encoder always computes the whole window.
 * @throws MODEL_MISSING, MODEL_INVALID, CONFIG_INVALID, ENGINE_UNAVAILABLE, ENGINE_FAILED, CANCELLED
 */
export const openWhisperCpp = async (options: WhisperCppOptions): Promise<SpeechEngine> => {
  const {modelPath, device: asked = auto, gpuOnly = false, threads = defaultThreads(), signal} = options
  const {languages, windowMs, translates} = await readAbout(modelPath)
  throwIfCancelled(signal)
  const {library, context, device, deviceReason} = await placeModel(modelPath, asked, {gpuOnly})
  let running: Promise<unknown> = Promise.resolve()

  const run = async (audio: Float32Array, native: Omit<NativeOptions, 'maxThreads'>) => {
    const result = library.run(context, nativeSamples(audio), {maxThreads: threads, ...native})
    running = result.catch(() => {})
    return await result
  }

  const transcribe = async (audio: Float32Array, {language, prompt, translate, interim, signal}: TranscribeOptions) => {
    throwIfCancelled(signal)
    const result = await run(audio, {
      language: languages === 1 ? 'en' : whisperCode(language),
      translate,
      ...defined({prompt, temperatureInc: interim ? 0 : undefined}),
    })
    throwIfCancelled(signal)
    return {
      segments: engineSegments(result, audio.length / samplesPerMs),
      language: result.language ? isoLanguage(result.language) : language,
    }
  }

  const close = async (): Promise<void> => {
    await running
    await library.release(context)
  }
  let closing: Promise<void> | undefined

  const engine: SpeechEngine = {
    info: {engine: 'whisper.cpp', ...modelFile(modelPath), device, deviceReason},
    abilities: {
      languages: whisperLanguages(languages),
      translate: translates,
      words: false,
      prompt: true,
      confidence: false,
    },
    windowMs,
    transcribe,
    close: () => (closing ??= close()),
  }
  try {
    // No second attempts at other temperatures: silence stays silence.
    await run(new Float32Array(1000 * samplesPerMs), {language: 'en', temperatureInc: 0})
    throwIfCancelled(signal)
    return engine
  } catch (error) {
    await engine.close()
    throw error
  }
}

/** Read in full and let go: its words and tensors are whisper.cpp's business. */
const readAbout = async (modelPath: string) => {
  const {languages, windowMs, shape} = await readWhisperContents(modelPath)
  return {languages, windowMs, translates: translatesWith(languages, shape)}
}
