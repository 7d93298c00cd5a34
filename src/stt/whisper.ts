import {availableParallelism} from 'node:os'
import {basename} from 'node:path'
import {hasSpeech} from '../audio/levels.ts'
import {splitAtPauses} from '../audio/split.ts'
import {throwIfCancelled} from '../kit/errors.ts'
import {msOf, samplesPerMs} from './duration.ts'
import {openLane} from './lane.ts'
import {isoLanguage, whisperLanguage} from './language.ts'
import type {RecognitionOptions, SpeechToText, Transcript} from './port.ts'
import {type HeardSegment, heardSegments, toPcm16} from './segments.ts'
import {placeModel} from './whisper-device.ts'
import {readWhisperFile} from './whisper-file.ts'

export interface WhisperOptions {
  /** A Whisper model in ggml format. */
  modelPath: string
  /** `auto` (CUDA, then Vulkan, then CPU; the default), or the one that must be: `cuda`, `cuda:0`, `vulkan`, `metal`, `cpu`. */
  device?: string
  /** CPU threads. Default: one core is left to others, and no more than 8. */
  threads?: number
  /** Recognitions waiting at once before ENGINE_BUSY. Default 16. */
  queueLimit?: number
  /** Aborting ends the start. */
  signal?: AbortSignal
}

/** ggml's threads spin while they wait for each other: one on a core that is taken holds all the others up. */
const defaultThreads = (): number => Math.max(1, Math.min(8, availableParallelism() - 1))

/**
 * Opens whisper.cpp in this process: resident, and warm when this resolves.
 * Audio is heard in windows of what the model hears at once (30 s), cut at pauses; segments are final with their window.
 * A cancelled window is given up at once, but computes on to its end before the next recognition begins.
 * @throws MODEL_MISSING, MODEL_INVALID, CONFIG_INVALID, ENGINE_UNAVAILABLE, ENGINE_FAILED, CANCELLED
 */
export const openWhisper = async (options: WhisperOptions): Promise<SpeechToText> => {
  const {modelPath, device: asked = 'auto', threads = defaultThreads(), queueLimit = 16, signal} = options
  const {languages, windowMs} = await readWhisperFile(modelPath)
  throwIfCancelled(signal)
  const {library, context, device, deviceReason} = await placeModel(modelPath, asked)
  const lane = openLane('The speech recogniser', queueLimit)

  const hear = (audio: Float32Array, native: {language: string; prompt?: string; temperatureInc?: number}) =>
    library.run(context, toPcm16(audio), {maxThreads: threads, ...native})

  const recognize = async (
    audio: Float32Array,
    {prompt, onSegment}: RecognitionOptions,
    asked: string,
    stop: AbortSignal,
  ): Promise<Transcript> => {
    let language = asked
    const heard: HeardSegment[] = []
    for (const window of splitAtPauses(audio, windowMs)) {
      if (!hasSpeech(window.audio)) continue
      const result = await hear(window.audio, {language, ...(prompt ? {prompt} : {})})
      throwIfCancelled(stop)
      // Detected once: a person does not change language at a pause, a detector does.
      if (language === 'auto' && result.language) language = result.language
      for (const one of heardSegments(result, window.audio, window.startMs)) {
        heard.push(one)
        onSegment?.(one.segment)
      }
    }
    return {
      text: heard
        .map(({written}) => written)
        .join('')
        .replace(/\s+/g, ' ')
        .trim(),
      segments: heard.map(({segment}) => segment),
      language: language === 'auto' ? 'und' : isoLanguage(language),
      audioMs: msOf(audio),
    }
  }

  const close = async (): Promise<void> => {
    await lane.close()
    await library.release(context)
  }
  let closing: Promise<void> | undefined

  const engine: SpeechToText = {
    info: {engine: 'whisper.cpp', model: basename(modelPath), device, deviceReason},
    async recognize(audio, options = {}) {
      const language = whisperLanguage(options.language ?? 'auto', languages)
      return await lane.run(stop => recognize(audio, options, language, stop), options.signal)
    },
    close: () => (closing ??= close()),
  }
  try {
    // No second attempts at other temperatures: nothing is to be heard in silence.
    const warmUp = () => hear(new Float32Array(1000 * samplesPerMs), {language: 'en', temperatureInc: 0})
    await lane.run(warmUp, signal)
    return engine
  } catch (error) {
    await engine.close()
    throw error
  }
}
