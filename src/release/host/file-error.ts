import {fileError} from '../../kit/files/file-error.ts'

/**
 * What the file system said, in words of the table.
 * @param folder what was written into
 */
export const hostFileError = (error: unknown, folder: string): unknown =>
  fileError(error, {
    what: folder,
    full: ['Make room there, or choose another place: --root FOLDER'],
    refused: [
      'Give this user the right to write there, or remove the file that is in the way.',
      'Or choose another place: --root FOLDER',
    ],
  })

/** Does work in a folder; errors of the file system become those of the table. */
export const inFolder = async <T>(folder: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    throw hostFileError(error, folder)
  }
}
