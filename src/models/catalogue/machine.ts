import {readdir, readFile} from 'node:fs/promises'
import {availableParallelism, totalmem} from 'node:os'
import type {ProfileName} from './entry.ts'

/** What of a machine decides which models fit. */
export interface Machine {
  /** Bytes of memory. */
  memoryBytes: number
  /** CPU cores this process may use. */
  cores: number
  /** Its largest GPU; absent where there is none. */
  gpu?: {name: string; memoryBytes: number; unified: boolean}
}

const MiB = 1 << 20
const GB = 1e9

/** `NVIDIA GB10, [N/A]`: a GPU without memory of its own shares the machine's. */
const parseSmi = (line: string, memoryBytes: number): Machine['gpu'] => {
  const comma = line.lastIndexOf(',')
  const name = line.slice(0, comma).trim()
  if (comma < 1 || !name) return undefined
  const mebibytes = Number(line.slice(comma + 1).trim())
  return mebibytes > 0 ? {name, memoryBytes: mebibytes * MiB, unified: false} : {name, memoryBytes, unified: true}
}

/** The largest GPU in what `nvidia-smi --query-gpu=name,memory.total --format=csv,noheader,nounits` printed. */
export const largestGpu = (printed: string, memoryBytes: number): Machine['gpu'] =>
  printed
    .split('\n')
    .map(line => parseSmi(line, memoryBytes))
    .filter(gpu => gpu !== undefined)
    .sort((a, b) => b.memoryBytes - a.memoryBytes)[0]

/** The driver names its cards here also where nvidia-smi is not installed (containers), but not their memory. */
const driverGpu = async (): Promise<string | undefined> => {
  const folder = '/proc/driver/nvidia/gpus'
  const [first] = await readdir(folder).catch(() => [])
  if (first === undefined) return undefined
  const text = await readFile(`${folder}/${first}/information`, 'utf8').catch(() => '')
  return /^Model:\s*(.+)$/m.exec(text)?.[1]?.trim() ?? 'NVIDIA GPU'
}

/** Looks at this machine. Never throws: what cannot be found out counts as not there. */
export const inspectMachine = async (): Promise<Machine> => {
  const memoryBytes = totalmem()
  const cores = availableParallelism()
  const query = ['--query-gpu=name,memory.total', '--format=csv,noheader,nounits']
  const {execa} = await import('execa')
  const printed = await execa('nvidia-smi', query, {stdin: 'ignore', timeout: 10_000}).then(
    ({stdout}) => stdout,
    () => '',
  )
  const gpu = largestGpu(printed, memoryBytes)
  if (gpu) return {memoryBytes, cores, gpu}
  const name = await driverGpu()
  // Of an Apple GPU, the memory is the machine's.
  if (process.platform === 'darwin' && process.arch === 'arm64') {
    return {memoryBytes, cores, gpu: {name: 'Apple GPU', memoryBytes, unified: true}}
  }
  const machine = {memoryBytes, cores}
  return name === undefined ? machine : {...machine, gpu: {name, memoryBytes: 8 * GB, unified: false}}
}

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
