import {rename, rm} from 'node:fs/promises'
import {EssenceError} from '../../kit/errors.ts'
import {type LockOptions, takeLock} from '../../kit/files/owner-lock.ts'
import {quarantine, verifiedSha256} from '../cache/blob.ts'
import {blobLock} from '../cache/cache-layout.ts'
import {proxyHint, type Source} from '../hub/check-answer.ts'
import {openPartial, type Partial} from './partial.ts'
import {receive} from './receive.ts'
import type {ReceiveOptions} from './stream-part.ts'

export interface FetchOptions extends ReceiveOptions, LockOptions {
  /** Length of the parts a large file is cut into. Default 64 MiB. */
  partBytes?: number
  /** Fetch it although it is here. */
  force?: boolean
}

/**
 * Brings a file into `blobs/`: continues what an earlier attempt left, verifies the whole against its digest, and only
 * then gives it its name. A file that was there stays until the new one is proven.
 * @returns its sha256
 * @throws DIGEST_MISMATCH when twice something else arrived; LOCKED; what `receive` throws
 */
export const fetchBlob = async (blob: string, source: Source, options: FetchOptions): Promise<string> => {
  const {partBytes = 64 << 20, signal, force = false} = options
  const lock = await takeLock(blobLock(blob), options)
  try {
    // Another download may have finished it while we waited for the lock.
    const present = force ? undefined : await verifiedSha256(blob, source, signal)
    if (present !== undefined) return present
    let aside = ''
    // What came wrong in parts is asked for in one piece.
    for (const length of [options.parts === 1 ? Number.POSITIVE_INFINITY : partBytes, Number.POSITIVE_INFINITY]) {
      const {digest, size} = source
      const partial = await openPartial(blob, {
        digest: digest.hex,
        name: source.path,
        size,
        partBytes: length,
        checkpointBytes: options.checkpointBytes,
      })
      const {sha256, matches} = await receiveInto(partial, source, options)
      if (!(await lock.isOurs())) throw new EssenceError('LOCKED', `Another process took over ${source.path}.`)
      if (matches) {
        // In this order: a process that dies in between has the file, not gigabytes nobody vouches for.
        await rename(partial.path, blob)
        await partial.forget()
        if (aside) await rm(aside, {force: true})
        return sha256
      }
      await partial.forget()
      aside = await quarantine(partial.path, blob)
    }
    throw new EssenceError(
      'DIGEST_MISMATCH',
      `${source.path} of ${source.repo} arrived twice with another content than ${source.digest.algorithm} ${source.digest.hex}.`,
      {
        suggestions: [proxyHint, `What arrived: ${aside}`],
      },
    )
  } finally {
    await lock.release()
  }
}

const receiveInto = async (partial: Partial, source: Source, options: FetchOptions) => {
  try {
    options.onProgress?.(partial.received())
    const result = await receive(partial, source, options)
    await partial.flush()
    return result
  } catch (error) {
    // What arrived is kept for the next attempt, if the disk still takes it.
    await partial.flush().catch(() => {})
    throw error
  } finally {
    await partial.close()
  }
}
