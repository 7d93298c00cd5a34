import {statfs} from 'node:fs/promises'
import {dirname} from 'node:path'
import {readableBytes} from '../../kit/byte-size.ts'
import {EssenceError, systemCodeOf} from '../../kit/errors.ts'

/** Bytes a folder's disk has left for us; the folder may not exist yet. */
export const freeBytes = async (folder: string): Promise<number> => {
  for (let path = folder; ; path = dirname(path)) {
    try {
      const {bavail, bsize} = await statfs(path)
      return bavail * bsize
    } catch (error) {
      if (systemCodeOf(error) !== 'ENOENT' || dirname(path) === path) throw error
    }
  }
}

/** Bytes that files of so many take: 5 % more, for the file system's own needs. */
export const spaceFor = (bytes: number): number => Math.ceil(bytes * 1.05)

/**
 * Refuses what would not fit.
 * @param bytes still to come
 * @throws DISK_FULL
 */
export const requireSpace = async (folder: string, bytes: number): Promise<void> => {
  const needed = spaceFor(bytes)
  const free = await freeBytes(folder)
  if (free >= needed) return
  throw new EssenceError(
    'DISK_FULL',
    `${readableBytes(needed)} are needed in ${folder}, ${readableBytes(free)} are free.`,
    {
      suggestions: [
        'Choose another disk: MODEL_CACHE_DIR=/path',
        'Choose a smaller profile: essence models download --all --profile light',
        'Try anyway: --force',
      ],
    },
  )
}
