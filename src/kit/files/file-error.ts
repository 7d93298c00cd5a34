import {type ErrorCode, EssenceError, isEssenceError, systemCodeOf} from '../errors.ts'

export interface FileErrorWords {
  /** The path that was to be written, as people know it. */
  what: string
  /** Steps where the disk is full. */
  full: string[]
  /** Steps where it may not be written. */
  refused: string[]
  /** Code of what may not be written. Default OUTPUT_UNWRITABLE. */
  code?: Extract<ErrorCode, 'OUTPUT_UNWRITABLE' | 'DATA_DIR_UNWRITABLE'> | undefined
  /**
   * Nothing was done but to write: all else that the system refuses counts, too. Default: false, as work on files also fails
   * for reasons that are faults of ours, such as a file that it reads and that is not there.
   */
  onlyWrote?: boolean | undefined
}

const full = new Set(['ENOSPC', 'EDQUOT'])
const refusals = new Set(['EACCES', 'EPERM', 'EROFS', 'EEXIST', 'ENOTDIR'])

const explained: Record<string, string> = {
  EEXIST: 'a file stands where a folder should be, EEXIST',
  ENOTDIR: 'a file stands where a folder should be, ENOTDIR',
  ENOENT: 'its folder does not exist, ENOENT',
}

/**
 * What the file system said, as a row of the table: DISK_FULL, or the code for what may not be written.
 * @returns any other error as it is
 */
export const fileError = (error: unknown, words: FileErrorWords): unknown => {
  const code = systemCodeOf(error)
  if (code === undefined || isEssenceError(error)) return error
  const {what, code: row = 'OUTPUT_UNWRITABLE', onlyWrote = false} = words
  if (full.has(code)) {
    return new EssenceError('DISK_FULL', `The disk of ${what} is full.`, {cause: error, suggestions: words.full})
  }
  if (!refusals.has(code) && !(onlyWrote && error instanceof Error && 'syscall' in error)) return error
  return new EssenceError(row, `${refusedPath(error) ?? what} cannot be written (${explained[code] ?? code}).`, {
    cause: error,
    suggestions: words.refused,
  })
}

/** The very path that was refused; not the name of a draft, which means nothing to people. */
const refusedPath = (error: unknown): string | undefined => {
  const path = error instanceof Error && 'path' in error ? error.path : undefined
  return typeof path === 'string' && !path.endsWith('.tmp') ? path : undefined
}
