import {availableParallelism} from 'node:os'
import type {Llama} from 'node-llama-cpp'
import type {EngineInfo} from '../../compute/engine-info.ts'
import {EssenceError} from '../../kit/errors.ts'

type Library = typeof import('node-llama-cpp')
type Backend = EngineInfo['device']

export interface Runtime {
  llama: Llama
  device: Backend
  deviceReason: string
  /** What llama.cpp last said at the level of an error, oldest first. */
  errors: string[]
}

/** ggml's threads spin while they wait for each other: one on a core that is taken holds all the others up. */
export const defaultThreads = (cores = availableParallelism()): number => Math.min(8, Math.max(1, cores - 1))

/**
 * Loads llama.cpp for a device. Never compiles and never downloads: what npm installed is what there is.
 * @param device `auto`, `cpu`, `cuda`, `cuda:0`, `vulkan` or `metal`
 * @throws CONFIG_INVALID, ENGINE_UNAVAILABLE
 */
export const openRuntime = async (library: Library, device: string, threads: number): Promise<Runtime> => {
  const wanted = parseDevice(device)
  const errors: string[] = []
  const llama = await load(library, wanted, threads, errors).catch(cause => {
    throw unavailable(device, wanted, cause)
  })
  const found = llama.gpu || 'cpu'
  // On a platform that has no build for the backend at all, the CPU is taken without a word.
  if (wanted !== 'auto' && wanted !== found) {
    await llama.dispose()
    throw unavailable(device, wanted)
  }
  return {llama, errors, device: found, deviceReason: await reasonOf(llama, wanted, device)}
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

const unavailable = (device: string, wanted: Backend | 'auto', cause?: unknown): EssenceError =>
  new EssenceError('ENGINE_UNAVAILABLE', `llama.cpp does not run on "${device}" on this machine.`, {
    suggestions: [
      ...(wanted === 'cuda' ? ['Check the NVIDIA driver: nvidia-smi'] : []),
      wanted === 'auto' || wanted === 'cpu'
        ? 'Install the dependencies again, optional ones included: npm ci'
        : 'Take what is there: device auto, or cpu',
    ],
    cause,
  })

const parseDevice = (device: string): Backend | 'auto' => {
  const [, backend, index] = /^(auto|cpu|cuda|vulkan|metal)(?::(\d+))?$/.exec(device.trim().toLowerCase()) ?? []
  if (!backend)
    throw new EssenceError(
      'CONFIG_INVALID',
      `"${device}" is not a device; auto, cuda, vulkan, metal or cpu was expected.`,
    )
  if (index !== undefined && Number(index) > 0)
    throw new EssenceError('CONFIG_INVALID', `llama.cpp cannot be pointed at ${device}: it uses every GPU it sees.`, {
      suggestions: [`Show it that GPU only: CUDA_VISIBLE_DEVICES=${index}, and device ${backend}`],
    })
  return backend as Backend | 'auto'
}

const reasonOf = async (llama: Llama, wanted: Backend | 'auto', asked: string): Promise<string> => {
  if (llama.gpu) {
    const names = await llama.getGpuDeviceNames()
    return `${wanted === 'auto' ? 'the best found' : `"${asked}" was asked for`}: ${names.join(', ')}`
  }
  return wanted === 'auto' ? 'no usable CUDA, Vulkan or Metal driver was found' : `"${asked}" was asked for`
}
