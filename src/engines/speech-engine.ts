import {askedFor, type Device, deviceText} from '../compute/device.ts'
import {EssenceError, isEssenceError} from '../kit/errors.ts'
import type {SpeechEngine} from '../stt/engine.ts'
import {isReadable} from '../stt/ggml/ggml-blocks.ts'
import {speechModelKind} from '../stt/ggml/ggml-file.ts'
import {readWhisperContents} from '../stt/ggml/whisper-file.ts'
import {noGpuHere} from '../stt/whisper-cpp/device.ts'
import {openParakeet} from '../stt/whisper-cpp/parakeet.ts'
import {openWhisperCpp} from '../stt/whisper-cpp/whisper-cpp.ts'
import {openWhisperOnnx} from '../stt/whisper-onnx/whisper-onnx.ts'

export interface SpeechEngineOptions {
  modelPath: string
  /** As STT_DEVICE. */
  device: Device
  /** As STT_ENGINE. Default `auto`. */
  engine?: 'auto' | 'whisper' | 'whisper.cpp' | 'parakeet' | undefined
  threads?: number | undefined
  /** Aborting ends the start. */
  signal?: AbortSignal | undefined
}

/**
 * Opens the engine that was asked for, or with `auto` the best one for a model on a device: for Parakeet's models the only one; for
 * Whisper's, on a GPU whisper.cpp, and on the CPU ONNX Runtime, which transcribes a short utterance in a short time; where it cannot read the
 * model, whisper.cpp there too. `info.deviceReason` tells why.
 * @throws MODEL_MISSING, MODEL_INVALID, CONFIG_INVALID (engine, model and device do not go together), ENGINE_UNAVAILABLE, ENGINE_FAILED,
 * CANCELLED
 */
export const openSpeechEngine = async (options: SpeechEngineOptions): Promise<SpeechEngine> => {
  const {device, engine = 'auto', modelPath} = options
  const kind = await loadableKind(modelPath, engine)
  if (kind === 'parakeet') return await openParakeet(options)
  if (engine === 'whisper.cpp') return await openWhisperCpp(options)
  if (engine === 'whisper') return await openOnnxAlone(options)
  if (device.backend === 'cpu') return await openOnCpu(options, askedFor(device))
  if (device.backend !== 'auto') return await openWhisperCpp(options)
  const absent = noGpuHere()
  if (absent !== undefined) return await openOnCpu(options, absent)
  try {
    return await openWhisperCpp({...options, gpuOnly: true})
  } catch (error) {
    if (!isEssenceError(error) || error.code !== 'ENGINE_UNAVAILABLE') throw error
    return await openOnCpu(options, error.message)
  }
}

/** Whose model a file is. @throws MODEL_MISSING, MODEL_INVALID; CONFIG_INVALID where the engine that was asked for does not load it */
export const loadableKind = async (
  modelPath: string,
  engine: NonNullable<SpeechEngineOptions['engine']>,
): Promise<'whisper' | 'parakeet'> => {
  const kind = await speechModelKind(modelPath)
  if (engine === 'auto' || (engine === 'parakeet') === (kind === 'parakeet')) return kind
  throw new EssenceError('CONFIG_INVALID', `${modelPath} is a ${titles[kind]} model, which ${engine} does not load.`, {
    suggestions: ['Set STT_ENGINE to auto, or STT_MODEL to another model.'],
  })
}

const titles = {whisper: 'Whisper', parakeet: 'Parakeet'}

const openOnnxAlone = async (options: SpeechEngineOptions): Promise<SpeechEngine> => {
  const {device} = options
  if (device.backend !== 'auto' && device.backend !== 'cpu')
    throw new EssenceError(
      'CONFIG_INVALID',
      `The engine whisper computes on the CPU only, not on "${deviceText(device)}".`,
      {
        suggestions: ['Set STT_ENGINE to auto or whisper.cpp, or STT_DEVICE to cpu.'],
      },
    )
  return await openOnnx(options, device.backend === 'cpu' ? askedFor(device) : 'the engine whisper was asked for')
}

const openOnCpu = async (options: SpeechEngineOptions, why: string): Promise<SpeechEngine> => {
  const refusal = await unreadable(options.modelPath)
  if (refusal === undefined) {
    try {
      return await openOnnx(options, why)
    } catch (error) {
      if (!isEssenceError(error) || error.code !== 'ENGINE_UNAVAILABLE') throw error
      return await openWhisperCppInstead(options, why, error.message)
    }
  }
  return await openWhisperCppInstead(options, why, refusal)
}

const openOnnx = async (options: SpeechEngineOptions, deviceReason: string): Promise<SpeechEngine> => {
  const {modelPath, threads, signal} = options
  const engine = await openWhisperOnnx({modelPath, threads, signal})
  return {...engine, info: {...engine.info, deviceReason}}
}

/** Slower, but it reads every model; people are told, for their machine may not be the reason. */
const openWhisperCppInstead = async (
  options: SpeechEngineOptions,
  why: string,
  refusal: string,
): Promise<SpeechEngine> => {
  const engine = await openWhisperCpp({...options, device: {backend: 'cpu'}})
  return {...engine, info: {...engine.info, deviceReason: `${why}; not on ONNX Runtime: ${refusal}`}}
}

/** Why ONNX Runtime cannot have the weights of a Whisper model; undefined where it can. */
const unreadable = async (modelPath: string): Promise<string | undefined> => {
  const {tensors} = await readWhisperContents(modelPath)
  const type = [...tensors.values()].find(place => !isReadable(place.type))?.type
  return type === undefined ? undefined : `its weights are of a type (${type}) only whisper.cpp reads`
}
