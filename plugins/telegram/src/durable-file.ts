import {open, rename} from 'node:fs/promises'
import {dirname} from 'node:path'
import {EssenceError, messageOf, systemCodeOf} from '@essence/core/kit/errors'

/** Replaces a file so that after a crash it holds either the old text or the new one, never a part of either. */
export type WriteDurably = (path: string, text: string) => Promise<void>

/** @throws DISK_FULL, DATA_DIR_UNWRITABLE */
export const writeDurably: WriteDurably = async (path, text) => {
  try {
    const file = await open(`${path}.tmp`, 'w', 0o600)
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(`${path}.tmp`, path)
    // The new name itself must be on the disk before anyone is told that the file is.
    const folder = await open(dirname(path), 'r')
    await folder.sync().finally(() => folder.close())
  } catch (error) {
    throw storageError(path, error)
  }
}

export const storageError = (path: string, error: unknown): EssenceError => {
  const code = systemCodeOf(error)
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new EssenceError('DISK_FULL', `No space is left to write ${path}.`, {
      suggestions: ['Free some space; the service goes on by itself.'],
      cause: error,
    })
  }
  return new EssenceError('DATA_DIR_UNWRITABLE', `Cannot write ${path} (${code ?? messageOf(error)}).`, {
    suggestions: ['Make the folder writable for this user, or point JUNE_DATA_DIR to another one.'],
    cause: error,
  })
}
