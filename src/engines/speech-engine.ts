import {isEssenceError} from '../kit/errors.ts'
import type {SpeechEngine} from '../stt/engine.ts'
import {openWhisperCpp} from '../stt/whisper-cpp.ts'
import {noGpuHere} from '../stt/whisper-device.ts'
import {openWhisperOnnx} from '../stt/whisper-onnx.ts'

export interface SpeechEngineOptions {
  modelPath: string
  /** As STT_DEVICE. */
  device: string
  threads?: number
  /** Aborting ends the start. */
  signal?: AbortSignal
}

/**
 * Opens the engine that is best for a model on a device: on a GPU whisper.cpp, on the CPU ONNX Runtime, which hears a short
 * utterance in a short time; where it cannot read the model, whisper.cpp there too. `info.deviceReason` tells why.
 * @throws MODEL_MISSING, MODEL_INVALID, ENGINE_UNAVAILABLE, ENGINE_FAILED, CANCELLED
 */
export const openSpeechEngine = async (options: SpeechEngineOptions): Promise<SpeechEngine> => {
  const {device} = options
  if (device === 'cpu') return await openOnCpu(options, '"cpu" was asked for')
  if (device !== 'auto') return await openWhisperCpp(options)
  const absent = noGpuHere()
  if (absent !== undefined) return await openOnCpu(options, absent)
  try {
    return await openWhisperCpp({...options, gpuOnly: true})
  } catch (error) {
    if (!isEssenceError(error) || error.code !== 'ENGINE_UNAVAILABLE') throw error
    return await openOnCpu(options, error.message)
  }
}

const openOnCpu = async (options: SpeechEngineOptions, deviceReason: string): Promise<SpeechEngine> => {
  const {device: _, ...own} = options
  const engine = await openWhisperOnnx(own)
  return {...engine, info: {...engine.info, deviceReason}}
}
