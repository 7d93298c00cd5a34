import {dirname} from 'node:path'
import {atomicWrite} from '../kit/files/atomic-write.ts'
import {fileError} from '../kit/files/file-error.ts'
import {makeFolder} from '../kit/files/make-folder.ts'

/**
 * Writes a file of a data set, whole or not at all, and its folder where that is missing.
 * @throws OUTPUT_UNWRITABLE, DISK_FULL
 */
export const writeDatasetFile = async (path: string, content: string | Uint8Array): Promise<void> => {
  try {
    await makeFolder(dirname(path))
    // Two runs may write it at once.
    await atomicWrite(path, content, {concurrent: true})
  } catch (error) {
    throw fileError(error, {
      what: path,
      onlyWrote: true,
      full: ['Free some space, or choose another folder: --output-dir FOLDER'],
      refused: ['Make the folder writable for this user, or choose another one: --output-dir FOLDER'],
    })
  }
}
