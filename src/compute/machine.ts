import {readdir, readFile} from 'node:fs/promises'
import {availableParallelism, cpus, totalmem} from 'node:os'
import {setTimeout as sleep} from 'node:timers/promises'
import {throwIfCancelled} from '../kit/errors.ts'

/** What of a machine decides which models fit. */
export interface Machine {
  /** Bytes of memory. */
  memoryBytes: number
  /** CPU cores this process may use. */
  cores: number
  /** Its largest GPU; absent where there is none. */
  gpu?: {name: string; memoryBytes: number; unified: boolean; driver?: string}
}

const MiB = 1 << 20
const GB = 1e9

/** `AMD EPYC 9654`, as the system names it; where it does not, the architecture. */
export const cpuModel = (): string => cpus()[0]?.model.trim() || process.arch

/** `NVIDIA GB10, [N/A], 580.95`: a GPU without memory of its own shares the machine's. */
const parseSmi = (line: string, memoryBytes: number): Machine['gpu'] => {
  const [, name, memory, driver] = /^(.*\S),([^,]*),\s*([^,]*?)\s*$/.exec(line.trim()) ?? []
  if (!name) return undefined
  const mebibytes = Number(memory)
  const own = mebibytes > 0 ? {memoryBytes: mebibytes * MiB, unified: false} : {memoryBytes, unified: true}
  return {name, ...own, ...(driver ? {driver} : {})}
}

/** The largest GPU in what `nvidia-smi --query-gpu=name,memory.total,driver_version --format=csv,noheader,nounits` printed. */
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

/** What nvidia-smi prints; nothing where there is none. */
const askSmi = async (query: string): Promise<string> => {
  const {execa} = await import('execa')
  return execa('nvidia-smi', [query, '--format=csv,noheader,nounits'], {stdin: 'ignore', timeout: 10_000}).then(
    ({stdout}) => stdout,
    () => '',
  )
}

/** Looks at this machine. Never throws: what cannot be found out counts as not there. */
export const inspectMachine = async (): Promise<Machine> => {
  const memoryBytes = totalmem()
  const cores = availableParallelism()
  const gpu = largestGpu(await askSmi('--query-gpu=name,memory.total,driver_version'), memoryBytes)
  if (gpu) return {memoryBytes, cores, gpu}
  const name = await driverGpu()
  // Of an Apple GPU, the memory is the machine's.
  if (process.platform === 'darwin' && process.arch === 'arm64') {
    return {memoryBytes, cores, gpu: {name: 'Apple GPU', memoryBytes, unified: true}}
  }
  const machine = {memoryBytes, cores}
  return name === undefined ? machine : {...machine, gpu: {name, memoryBytes: 8 * GB, unified: false}}
}

/** Bytes a process holds of all NVIDIA GPUs, in what `nvidia-smi --query-compute-apps=pid,used_memory` printed; undefined where it is not listed. */
export const gpuBytesIn = (printed: string, pid: number): number | undefined => {
  const own = printed
    .split('\n')
    .map(line => line.split(',').map(Number))
    .filter(([owner, mebibytes]) => owner === pid && mebibytes !== undefined && mebibytes >= 0)
  return own.length === 0 ? undefined : own.reduce((sum, [, mebibytes = 0]) => sum + mebibytes * MiB, 0)
}

/** Bytes of GPU memory this process holds; undefined where no driver tells, as from within most containers. */
export const gpuBytesHeld = async (): Promise<number | undefined> =>
  gpuBytesIn(await askSmi('--query-compute-apps=pid,used_memory'), process.pid)

/** Processor time so far, of all processors together, in ms. */
const processorTime = (): {busy: number; all: number} => {
  const times = cpus().map(({times: {user, nice, sys, idle, irq}}) => ({idle, all: user + nice + sys + idle + irq}))
  const sum = (of: (one: {idle: number; all: number}) => number) => times.reduce((total, one) => total + of(one), 0)
  const all = sum(one => one.all)
  return {busy: all - sum(one => one.idle), all}
}

/** Share of the processors that is in use while this process waits for a second, 0 to 1. @throws CANCELLED */
export const cpuLoad = async (signal: AbortSignal): Promise<number> => {
  const before = processorTime()
  await sleep(1000, undefined, {signal}).catch(() => {})
  throwIfCancelled(signal)
  const after = processorTime()
  return (after.busy - before.busy) / Math.max(1, after.all - before.all)
}
