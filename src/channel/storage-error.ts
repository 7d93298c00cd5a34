import {fileError} from '../kit/files/file-error.ts'

/** What the disk said, for a path of a service. */
export const storageError = (path: string, error: unknown): unknown =>
  fileError(error, {
    what: path,
    code: 'DATA_DIR_UNWRITABLE',
    full: ['Free some space; the service goes on by itself.'],
    refused: ['Make the folder writable for this user, or point JUNE_DATA_DIR to another one.'],
    onlyWrote: true,
  })
