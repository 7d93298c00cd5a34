import {totalmem} from 'node:os'
import type {GgufFileInfo, Llama} from 'node-llama-cpp'
import {readableBytes} from '../../kit/byte-size.ts'
import {EssenceError} from '../../kit/errors.ts'

type Library = typeof import('node-llama-cpp')

/** A model that may be named in the place of one that is too large, and what it needs, in bytes. */
export interface OtherModel {
  id: string
  memoryBytes: number
}

/**
 * Refuses a model that is larger than the memory, before it is loaded: its pages would come from the disk for every token, or the system
 * would end the process.
 * @param memoryBytes of the machine and its GPU. Default: what they have, or what this process may use of it
 * @throws ENGINE_FAILED with the numbers, and a model that fits
 */
export const requireMemory = async (
  {GgufInsights}: Pick<Library, 'GgufInsights'>,
  llama: Llama,
  file: GgufFileInfo,
  {modelPath, others = [], memoryBytes}: {modelPath: string; others?: readonly OtherModel[]; memoryBytes?: number},
): Promise<void> => {
  const {modelSize} = await GgufInsights.from(file, llama)
  const memory = memoryBytes ?? (await memoryOf(llama))
  if (modelSize <= memory) return
  const [largest] = others
    .filter(other => other.memoryBytes <= memory)
    .toSorted((a, b) => b.memoryBytes - a.memoryBytes)
  throw new EssenceError(
    'ENGINE_FAILED',
    `${modelPath} needs ${readableBytes(modelSize)} for its weights alone; this machine has ${readableBytes(memory)} of memory.`,
    {
      suggestions: [
        ...(largest ? [`Take one that fits: ${largest.id} (${readableBytes(largest.memoryBytes)})`] : []),
        'Or a smaller quantisation of the same model.',
      ],
    },
  )
}

const memoryOf = async (llama: Llama): Promise<number> => {
  // 0 or an absurd number where nothing limits the process.
  const allowed = process.constrainedMemory()
  const own = allowed > 0 ? Math.min(allowed, totalmem()) : totalmem()
  if (!llama.gpu) return own
  const {total, unifiedSize} = await llama.getVramState()
  return own + total - unifiedSize
}
