import {atomicWrite} from '../../kit/files/atomic-write.ts'
import {fileError} from '../../kit/files/file-error.ts'

/** Replaces a file so that it is on the disk before it resolves, and holds after a crash either the old text or the new one. */
export type WriteDurably = (path: string, text: string) => Promise<void>

/** @throws DISK_FULL, DATA_DIR_UNWRITABLE */
export const writeDurably: WriteDurably = (path, text) =>
  atomicWrite(path, text, {mode: 0o600, durable: true}).catch(error => {
    throw storageError(path, error)
  })

/** What the disk said, for a path of a service. */
export const storageError = (path: string, error: unknown): unknown =>
  fileError(error, {
    what: path,
    code: 'DATA_DIR_UNWRITABLE',
    full: ['Free some space; the service goes on by itself.'],
    refused: ['Make the folder writable for this user, or point JUNE_DATA_DIR to another one.'],
    onlyWrote: true,
  })
