import {existsSync} from 'node:fs'
import type {Backend} from './device.ts'

/** A kind of GPU that engines have builds of their own for. */
export type GpuKind = Extract<Backend, 'cuda' | 'vulkan'>

/** Files through which a driver of a GPU is reached on Linux; WSL has one for all. */
const deviceFiles: Partial<Record<Backend, readonly string[]>> = {
  cuda: ['/dev/nvidiactl', '/dev/nvidia0', '/dev/dxg', '/dev/nvhost-gpu', '/dev/nvmap'],
  // A display controller without acceleration has no render node; 128 is the first.
  vulkan: ['/dev/dri/renderD128', '/dev/nvidiactl', '/dev/nvidia0', '/dev/dxg'],
}

/**
 * Why a kind of GPU cannot be here, told without loading anything; undefined where it may be. The libraries of CUDA and Vulkan are
 * 254 MB, which a machine without GPU need not read at each start.
 */
export const gpuAbsence = (
  device: Backend,
  platform = process.platform,
  exists: (path: string) => boolean = existsSync,
): string | undefined => {
  if (device === 'cpu') return undefined
  if (device === 'metal') return platform === 'darwin' ? undefined : 'this is no Mac'
  const files = deviceFiles[device] ?? []
  if (platform !== 'linux' || files.some(exists)) return undefined
  return `there is no device of such a driver (${files[0]})`
}

/** The kinds of GPU that may be here and have builds of their own. */
export const gpuKindsHere = (platform = process.platform, exists: (path: string) => boolean = existsSync): GpuKind[] =>
  platform === 'darwin'
    ? []
    : (['cuda', 'vulkan'] as const).filter(kind => gpuAbsence(kind, platform, exists) === undefined)
