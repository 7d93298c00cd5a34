import type {Machine} from '../../compute/machine.ts'
import type {ProfileName} from './entry.ts'

const GB = 1e9

/** Bytes an engine may count on: of the GPU where there is one, else of the machine. Unified memory is shared with all else. */
export const modelMemory = ({memoryBytes, gpu}: Machine): number => {
  if (gpu && !gpu.unified) return gpu.memoryBytes
  return memoryBytes * (gpu ? 0.85 : 0.7)
}

/**
 * The profile a machine is made for. Where the CPU computes: `starter` from four cores and 6 GB, else `light`. A model of
 * 1.7 billion weights reads 36 tokens a second on a core (docs/decisions/models.md): with fewer, answers wait for seconds.
 */
export const profileFor = (machine: Machine): ProfileName => {
  const memory = modelMemory(machine)
  if (machine.gpu && memory >= 64 * GB) return 'spark'
  if (machine.gpu && memory >= 23 * GB) return 'gpu-24'
  if (machine.gpu && memory >= 7.5 * GB) return 'gpu-8'
  return machine.cores >= 4 && machine.memoryBytes >= 6 * GB ? 'starter' : 'light'
}

/** `64 GiB of memory, NVIDIA GB10`, or `4 GiB of memory, 2 CPU cores, no GPU found`. */
export const describeMachine = ({memoryBytes, cores, gpu}: Machine): string => {
  const size = (bytes: number) => `${Math.round(bytes / 1024 ** 3)} GiB`
  const memory = `${size(memoryBytes)} of memory`
  if (!gpu) return `${memory}, ${cores} CPU core${cores === 1 ? '' : 's'}, no GPU found`
  return `${memory}, ${gpu.name}${gpu.unified ? ' (shares it)' : ` with ${size(gpu.memoryBytes)}`}`
}
