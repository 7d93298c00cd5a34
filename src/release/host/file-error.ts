import {userInfo} from 'node:os'
import {EssenceError, isEssenceError, systemCodeOf} from '../../kit/errors.ts'

const refused = new Set(['EACCES', 'EPERM', 'EROFS'])
const full = new Set(['ENOSPC', 'EDQUOT'])

/**
 * What the file system said, in words of the table.
 * @param folder what was written into
 */
export const hostFileError = (error: unknown, folder: string): unknown => {
  if (isEssenceError(error)) return error
  const code = systemCodeOf(error) ?? ''
  if (full.has(code)) {
    return new EssenceError('DISK_FULL', `The disk of ${folder} is full.`, {
      cause: error,
      suggestions: ['Make room there, or choose another place: --root FOLDER'],
    })
  }
  const path = error instanceof Error && 'path' in error ? String(error.path) : folder
  if (refused.has(code)) {
    return new EssenceError('OUTPUT_UNWRITABLE', `${path} may not be written by ${userInfo().username} (${code}).`, {
      cause: error,
      suggestions: ['Give that user the right to write there, or choose another place: --root FOLDER'],
    })
  }
  if (code === 'ENOTDIR' || code === 'EEXIST') {
    return new EssenceError('OUTPUT_UNWRITABLE', `A file stands where a folder should be: ${path}.`, {
      cause: error,
      suggestions: ['Remove it, or choose another place: --root FOLDER'],
    })
  }
  return error
}

/** Does work in a folder; errors of the file system become those of the table. */
export const inFolder = async <T>(folder: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    throw hostFileError(error, folder)
  }
}
