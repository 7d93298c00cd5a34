import {askedFor, type Backend, type Device, deviceText, requireNoCard} from '../../compute/device.ts'
import {gpuAbsence} from '../../compute/gpu-presence.ts'
import {EssenceError, isEssenceError, messageOf} from '../../kit/errors.ts'
import {openLibrary, type Variant, type WhisperLibrary} from './library.ts'
import type {Family, NativeContext} from './native.ts'

export interface PlacedModel {
  library: WhisperLibrary
  context: NativeContext
  device: Backend
  deviceReason: string
}

const names: Record<Backend, string> = {cuda: 'CUDA', vulkan: 'Vulkan', metal: 'Metal', cpu: 'CPU'}
const variants: Record<Backend, Variant> = {cuda: 'cuda', vulkan: 'vulkan', metal: 'default', cpu: 'default'}

/** The kinds of GPU `auto` looks for, in this order. */
const gpus: readonly Backend[] = process.platform === 'darwin' ? ['metal'] : ['cuda', 'vulkan']

/** Why no GPU can be used, where that is plain without loading anything; undefined where one may be here. */
export const noGpuHere = (): string | undefined => {
  const reasons = gpus.map(device => ({device, reason: gpuAbsence(device)}))
  if (reasons.some(({reason}) => reason === undefined)) return undefined
  return reasons.map(({device, reason}) => `no ${names[device]}: ${reason}`).join('; ')
}

/**
 * Loads a model onto the device asked for; `auto` tries the GPU's ways first and takes the CPU where none works.
 * @param options `gpuOnly`: with `auto`, never the CPU; `family`: whose model it is, Whisper's where not told
 * @throws CONFIG_INVALID (a card by its number), ENGINE_UNAVAILABLE (that device is not here), ENGINE_FAILED (the model cannot be loaded)
 */
export const placeModel = async (
  modelPath: string,
  asked: Device,
  {gpuOnly = false, family = 'whisper'}: {gpuOnly?: boolean; family?: Family} = {},
): Promise<PlacedModel> => {
  requireNoCard(asked, 'whisper.cpp', 'it takes the first GPU it sees')
  const {backend: wanted} = asked
  const reasons: string[] = []
  for (const device of wanted === 'auto' ? gpus : wanted === 'cpu' ? [] : [wanted]) {
    try {
      const absence = gpuAbsence(device)
      if (absence !== undefined) throw new EssenceError('ENGINE_UNAVAILABLE', absence)
      const placed = await placeOnGpu(modelPath, device, family)
      return {
        ...placed,
        deviceReason: wanted === 'auto' ? placed.deviceReason : `${askedFor(asked)}: ${placed.deviceReason}`,
      }
    } catch (error) {
      if (!isEssenceError(error)) throw error
      if (wanted !== 'auto') throw error.code === 'ENGINE_UNAVAILABLE' ? notHere(asked, error.message) : error
      reasons.push(`no ${names[device]}: ${error.message}`)
    }
  }
  if (gpuOnly && wanted === 'auto') throw new EssenceError('ENGINE_UNAVAILABLE', reasons.join('; '))
  const library = openCpuLibrary()
  const {context} = await library.load(modelPath, false, family)
  return {library, context, device: 'cpu', deviceReason: reasons.join('; ') || askedFor(asked)}
}

const placeOnGpu = async (modelPath: string, device: Backend, family: Family): Promise<PlacedModel> => {
  const library = openLibrary(variants[device])
  const {context, log} = await library.load(modelPath, true, family)
  const backend = gpuBackend(log)
  if (backend) return {library, context, device, deviceReason: backend}
  await library.release(context)
  throw new EssenceError('ENGINE_UNAVAILABLE', 'the driver finds no GPU')
}

/** Reads from the log of a load which GPU is used: its backend and, where it is said, its name. */
export const gpuBackend = (log: string[]): string | undefined => {
  const text = log.join('\n')
  const [, backend] = /(?:whisper|parakeet)_backend_init_gpu: using (\S+) backend/.exec(text) ?? []
  if (!backend || text.includes(`failed to initialize ${backend} backend`)) return undefined
  const [, name] = /^\s*(?:Device \d+:|ggml_vulkan: \d+ =|ggml_metal\w*: GPU name:)\s*([^,(|\n]+)/m.exec(text) ?? []
  return name ? `${backend}, ${name.trim()}` : backend
}

const openCpuLibrary = (): WhisperLibrary => {
  try {
    return openLibrary('default')
  } catch (cause) {
    throw new EssenceError('ENGINE_UNAVAILABLE', `whisper.cpp does not run here: ${messageOf(cause)}.`, {
      suggestions: [
        'Install the dependencies again, in the checkout: sh bin/setup.sh install',
        'A release without engines listens by a service elsewhere (STT_URL); or build it with --engines stt.',
      ],
      cause,
    })
  }
}

const notHere = (asked: Device, reason: string): EssenceError =>
  new EssenceError('ENGINE_UNAVAILABLE', `Speech recognition cannot run on "${deviceText(asked)}" here: ${reason}.`, {
    suggestions: [
      ...(asked.backend === 'cuda'
        ? ['Install the NVIDIA driver and the libraries of CUDA 12: cudart, cublas and nccl.']
        : []),
      'Take what is there: device auto, or cpu.',
    ],
  })
