import type {Llama} from 'node-llama-cpp'
import {askedFor, type Backend, type Device, deviceText, requireNoCard} from '../../compute/device.ts'
import {EssenceError} from '../../kit/errors.ts'

type Library = typeof import('node-llama-cpp')

export interface Runtime {
  llama: Llama
  device: Backend
  deviceReason: string
  /** What llama.cpp last said at the level of an error, oldest first. */
  errors: string[]
}

/**
 * Loads llama.cpp for a device. Never compiles and never downloads: what npm installed is what there is.
 * @throws CONFIG_INVALID (a card by its number), ENGINE_UNAVAILABLE
 */
export const openRuntime = async (library: Library, device: Device, threads: number): Promise<Runtime> => {
  requireNoCard(device, 'llama.cpp', 'it uses every GPU it sees')
  const {backend: wanted} = device
  const errors: string[] = []
  const llama = await load(library, wanted, threads, errors).catch(cause => {
    throw unavailable(device, cause)
  })
  const found = llama.gpu || 'cpu'
  // On a platform that has no build for the backend at all, the CPU is taken without a word.
  if (wanted !== 'auto' && wanted !== found) {
    await llama.dispose()
    throw unavailable(device)
  }
  return {llama, errors, device: found, deviceReason: await reasonOf(llama, device)}
}

const load = (library: Library, wanted: Backend | 'auto', threads: number, errors: string[]): Promise<Llama> =>
  library.getLlama({
    gpu: wanted === 'cpu' ? false : wanted,
    build: 'never',
    skipDownload: true,
    progressLogs: false,
    maxThreads: threads,
    logLevel: library.LlamaLogLevel.error,
    logger: (_level, message) => {
      errors.push(message.trim())
      if (errors.length > 20) errors.shift()
    },
  })

const unavailable = (device: Device, cause?: unknown): EssenceError =>
  new EssenceError('ENGINE_UNAVAILABLE', `llama.cpp does not run on "${deviceText(device)}" on this machine.`, {
    suggestions: [
      ...(device.backend === 'cuda' ? ['Check the NVIDIA driver: nvidia-smi'] : []),
      device.backend === 'auto' || device.backend === 'cpu'
        ? 'Install the dependencies again, in the checkout: sh bin/setup.sh install'
        : 'Take what is there: device auto, or cpu',
    ],
    cause,
  })

const reasonOf = async (llama: Llama, device: Device): Promise<string> => {
  const {backend} = device
  if (llama.gpu) {
    const names = await llama.getGpuDeviceNames()
    return `${backend === 'auto' ? 'the best found' : askedFor(device)}: ${names.join(', ')}`
  }
  return backend === 'auto' ? 'no usable CUDA, Vulkan or Metal driver was found' : askedFor(device)
}
