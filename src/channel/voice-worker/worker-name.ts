import {hostname} from 'node:os'
import {join} from 'node:path'
import {EssenceError, isEssenceError} from '../../kit/errors.ts'
import {lockHolder, type OwnerLock, takeLock} from '../../kit/files/owner-lock.ts'
import {storageError} from '../storage-error.ts'

export interface WorkerName {
  name: string
  /** Held while the worker lives: two of one name would take each other's messages for abandoned. */
  lock: OwnerLock
}

/**
 * Takes a name that no other worker of this machine has.
 * @param wanted WORKER_ID. Default: `worker-`, the host's name and the first number that is free
 * @throws LOCKED, DISK_FULL, DATA_DIR_UNWRITABLE
 */
export const takeWorkerName = async (dataDir: string, wanted: string | undefined): Promise<WorkerName> => {
  for (let number = 1; ; number++) {
    const name = wanted ?? `worker-${hostname()}-${number}`
    const path = join(dataDir, 'workers', `${encodeURIComponent(name)}.lock`)
    try {
      return {name, lock: await takeLock(path, {wait: false})}
    } catch (error) {
      if (!isEssenceError(error) || error.code !== 'LOCKED') throw storageError(path, error)
      if (wanted === undefined) continue
      const holder = await lockHolder(path)
      throw new EssenceError('LOCKED', `${holder?.owner ?? 'Another process'} is the voice worker ${wanted} already.`, {
        suggestions: ['Stop it, or leave WORKER_ID unset: each worker then has a name of its own.'],
        cause: error,
      })
    }
  }
}
