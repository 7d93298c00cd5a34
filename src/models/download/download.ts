import {stat} from 'node:fs/promises'
import {Semaphore} from '../../kit/flow/semaphore.ts'
import {cacheError} from '../cache/cache-layout.ts'
import {whileChanging} from '../cache/cache-users.ts'
import {requireSpace} from '../cache/disk.ts'
import {partialPath} from '../cache/unfinished.ts'
import type {DownloadOptions} from './download-options.ts'
import {eachModel, type Outcomes} from './each-model.ts'
import {type DownloadedModel, installModel} from './install-model.ts'
import type {DownloadPlan} from './plan.ts'
import type {PlannedModel} from './plan-model.ts'

export type DownloadResult = Outcomes<DownloadedModel>

/** Bytes that are still to come. */
export const bytesToFetch = async (plan: readonly PlannedModel[]): Promise<number> => {
  const blobs = new Map<string, number>()
  for (const {blob, size, state} of plan.flatMap(({files}) => files)) {
    if (state !== 'fetch') continue
    // Of a file that was begun, what the disk holds already needs no further space (a sparse file counts by its blocks).
    const begun = await stat(partialPath(blob)).catch(() => undefined)
    blobs.set(blob, Math.max(0, size - (begun?.blocks ?? 0) * 512))
  }
  return [...blobs.values()].reduce((sum, bytes) => sum + bytes, 0)
}

/**
 * Does what a plan says. A model whose files are all here and verified is linked into its snapshot, marked complete and
 * locked.
 * @returns what came of each model, the failures of the plan among them; what was cancelled is `stopped`
 * @throws DISK_FULL before anything is fetched, unless `force`
 */
export const downloadModels = async (plan: DownloadPlan, options: DownloadOptions): Promise<DownloadResult> => {
  const {store, signal, onEvent, force = false} = options
  const models = plan.done
  const toFetch = await bytesToFetch(models)
  if (!force) await requireSpace(store.root, toFetch).catch(error => Promise.reject(cacheError(error, store.root)))
  const all = models.flatMap(({files}) => files)
  onEvent?.({event: 'start', files: all.length, bytes: all.reduce((sum, {size}) => sum + size, 0), toFetch})

  for (const {wanted, files} of models) {
    for (const {path, size, state} of files) onEvent?.({event: 'file', model: wanted.id, path, size, state})
  }

  const slots = new Semaphore(options.connections ?? 8)
  const files = new Semaphore(options.filesAtOnce ?? 3)
  const install = async (model: PlannedModel, both: AbortSignal): Promise<DownloadedModel> => {
    const shared = {...options, signal: both, slots, files}
    const done = await installModel(model, shared).catch(error => Promise.reject(cacheError(error, store.root)))
    onEvent?.({event: 'model-done', model: done.id, commit: done.commit})
    return done
  }
  const limit = Number.POSITIVE_INFINITY
  const installAll = () => eachModel(models, ({wanted}) => wanted.id, install, {limit, onEvent, signal})
  const {done, failed, stopped} = await whileChanging(store.root, 'a download', installAll, {signal})
  return {done, failed: [...plan.failed, ...failed], stopped: [...plan.stopped, ...stopped]}
}
