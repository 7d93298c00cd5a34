import {modelFile} from '../../compute/engine-info.ts'
import {defaultThreads} from '../../compute/threads.ts'
import {restartingThread} from '../../kit/process/restarting-thread.ts'
import type {SpeechEngine} from '../engine.ts'
import {whisperLanguages} from '../language.ts'
import type {WhisperCalls, WhisperThreadData} from './calls.ts'

export interface WhisperOnnxOptions {
  /** A Whisper model in ggml format: f32, f16, q8_0, q5_0, q5_1, q4_0 or q4_1. */
  modelPath: string
  /** CPU threads. Default: one core is left to others, and no more than 8. */
  threads?: number | undefined
  /** Aborting ends the start. */
  signal?: AbortSignal | undefined
  /** Encode the whole window (30 s), however short the audio: slower, and as Whisper was trained. Default false. */
  fullContext?: boolean | undefined
}

/**
 * Opens Whisper on ONNX Runtime, on the CPU, in a thread of its own; warm when this resolves. The graphs are made in memory from
 * whisper.cpp's own model files. It computes as long as the audio is, not the window Whisper was made for.
 * A cancelled window stops at the next token. Should the thread end by itself, its window fails with ENGINE_FAILED, and the next one loads
 * the model again.
 * @throws MODEL_MISSING, MODEL_INVALID, ENGINE_UNAVAILABLE (no ONNX Runtime here, or the model is too large for it), ENGINE_FAILED, CANCELLED
 */
export const openWhisperOnnx = async (options: WhisperOnnxOptions): Promise<SpeechEngine> => {
  const {modelPath, threads = defaultThreads(), signal, fullContext = false} = options
  const data: WhisperThreadData = {modelPath, threads}
  const thread = restartingThread<WhisperCalls>('./worker', import.meta.url, {
    name: 'The speech recogniser',
    data,
  })
  try {
    const {languages, windowMs, translates} = await thread.call('load', undefined, {signal})
    return {
      info: {
        engine: 'whisper',
        ...modelFile(modelPath),
        device: 'cpu',
        deviceReason: 'ONNX Runtime computes on the CPU',
      },
      abilities: {
        languages: whisperLanguages(languages),
        translate: translates,
        words: true,
        prompt: true,
        confidence: true,
      },
      windowMs,
      transcribe: (audio, {signal, prompt = '', ...wanted}) =>
        thread.call('transcribe', {audio, options: {...wanted, prompt, fullContext}}, {signal}),
      close: () => thread.close(),
    }
  } catch (error) {
    await thread.close()
    throw error
  }
}
