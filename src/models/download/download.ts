import {stat} from 'node:fs/promises'
import {EssenceError, isEssenceError} from '../../kit/errors.ts'
import {Semaphore} from '../../kit/flow/semaphore.ts'
import {cacheError} from '../cache/cache-layout.ts'
import {requireSpace} from '../cache/disk.ts'
import type {ModelStore} from '../cache/store.ts'
import type {HubAccess} from '../hub/hub-request.ts'
import type {DownloadEvent} from './download-event.ts'
import type {FetchOptions} from './fetch-blob.ts'
import {type DownloadedModel, installModel} from './install-model.ts'
import type {PlannedModel} from './plan-model.ts'

export interface DownloadOptions
  extends Pick<FetchOptions, 'parts' | 'partBytes' | 'checkpointBytes' | 'tries' | 'firstPauseMs' | 'force' | 'wait'> {
  store: ModelStore
  /** Absent when offline: then every file must be here. */
  hub: HubAccess | undefined
  /** Connections of all files together. Default 8. */
  connections?: number
  /** Files under way at once. Default 3. */
  filesAtOnce?: number
  onEvent?: (event: DownloadEvent) => void
  signal?: AbortSignal | undefined
}

export interface DownloadFailure {
  id: string
  error: unknown
}

export interface DownloadResult {
  done: DownloadedModel[]
  failed: DownloadFailure[]
}

/** Bytes that are still to come. */
export const bytesToFetch = async (plan: readonly PlannedModel[]): Promise<number> => {
  const blobs = new Map<string, number>()
  for (const {blob, size, state} of plan.flatMap(({files}) => files)) {
    if (state !== 'fetch') continue
    // Of a file that was begun, what the disk holds already needs no further space (a sparse file counts by its blocks).
    const begun = await stat(`${blob}.partial`).catch(() => undefined)
    blobs.set(blob, Math.max(0, size - (begun?.blocks ?? 0) * 512))
  }
  return [...blobs.values()].reduce((sum, bytes) => sum + bytes, 0)
}

/** Errors that the next model would meet as well. */
const hopeless = new Set(['DISK_FULL', 'OUTPUT_UNWRITABLE', 'CANCELLED', 'TOKEN_REJECTED'])

/**
 * Does what a plan says. A model whose files are all here and verified is linked into its snapshot, marked complete and
 * locked; one that fails does not stop the others, unless they would meet the same.
 * @throws DISK_FULL before anything is fetched, unless `force`; CANCELLED
 */
export const downloadModels = async (
  plan: readonly PlannedModel[],
  options: DownloadOptions,
): Promise<DownloadResult> => {
  const {store, signal, onEvent, force = false} = options
  const toFetch = await bytesToFetch(plan)
  if (!force) await requireSpace(store.root, toFetch).catch(error => Promise.reject(cacheError(error, store.root)))
  const all = plan.flatMap(({files}) => files)
  onEvent?.({event: 'start', files: all.length, bytes: all.reduce((sum, {size}) => sum + size, 0), toFetch})

  for (const {wanted, files} of plan) {
    for (const {path, size, state} of files) onEvent?.({event: 'file', model: wanted.id, path, size, state})
  }

  const stop = new AbortController()
  const shared = {
    ...options,
    signal: signal ? AbortSignal.any([signal, stop.signal]) : stop.signal,
    slots: new Semaphore(options.connections ?? 8),
  }
  const files = new Semaphore(options.filesAtOnce ?? 3)
  const result: DownloadResult = {done: [], failed: []}
  const downloads = plan.map(async model => {
    try {
      const done = await installModel(model, {...shared, files})
      result.done.push(done)
      onEvent?.({event: 'model-done', model: done.id, commit: done.commit})
    } catch (thrown) {
      const error = cacheError(thrown, store.root)
      const failure = {id: model.wanted.id, error}
      if (isEssenceError(error) && hopeless.has(error.code)) stop.abort()
      // What ended only because another one did is not a failure of its own.
      if (isEssenceError(error) && error.code === 'CANCELLED' && !signal?.aborted) return
      result.failed.push(failure)
      const code = isEssenceError(error) ? error.code : 'BUG'
      onEvent?.({event: 'model-failed', model: failure.id, code, message: String((error as Error).message)})
    }
  })
  await Promise.all(downloads)
  if (signal?.aborted) throw new EssenceError('CANCELLED', 'Cancelled; the same command continues here.')
  return result
}
