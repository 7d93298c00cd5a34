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
  const open = (backend: Backend | 'auto'): Promise<Llama> =>
    load(library, backend, threads, errors).catch(cause => {
      throw unavailable(device, cause)
    })
  let llama = await open(wanted)
  const driver = llama.gpu
  // A driver may be there without a card: Vulkan's loader, or that of CUDA in a container.
  const cards = driver ? await llama.getGpuDeviceNames() : []
  if (driver && cards.length === 0) {
    await llama.dispose()
    if (wanted !== 'auto') throw unavailable(device)
    llama = await open('cpu')
  }
  const found = llama.gpu || 'cpu'
  // On a platform that has no build for the backend at all, the CPU is taken without a word.
  if (wanted !== 'auto' && wanted !== found) {
    await llama.dispose()
    throw unavailable(device)
  }
  return {llama, errors, device: found, deviceReason: reasonOf(driver, cards, device)}
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

/** @param driver of a GPU that was loaded */
export const reasonOf = (driver: Llama['gpu'], cards: readonly string[], device: Device): string => {
  const {backend} = device
  if (cards.length > 0) return `${backend === 'auto' ? 'the best found' : askedFor(device)}: ${cards.join(', ')}`
  if (backend !== 'auto') return askedFor(device)
  return driver ? `the driver for ${driver} finds no GPU` : 'no usable CUDA, Vulkan or Metal driver was found'
}
