import {copyFile, link, stat} from 'node:fs/promises'
import {dirname} from 'node:path'
import {EssenceError, isEssenceError} from '../../kit/errors.ts'
import {replaceFile} from '../../kit/files/atomic-write.ts'
import {makeFolder} from '../../kit/files/make-folder.ts'
import {withLock} from '../../kit/files/owner-lock.ts'
import {Semaphore} from '../../kit/flow/semaphore.ts'
import {quarantine, verifiedSha256} from '../cache/blob.ts'
import {cacheError, linkIntoSnapshot, repoFolder, snapshotPath, updateMarker, writeRef} from '../cache/cache-layout.ts'
import {requireSpace} from '../cache/disk.ts'
import {updateLockFile} from '../cache/lock-file.ts'
import type {ModelStore} from '../cache/store.ts'
import {fileUrl} from '../hub/hub.ts'
import type {HubAccess} from '../hub/hub-request.ts'
import {type FetchOptions, fetchBlob} from './fetch-blob.ts'
import type {PlannedFile, PlannedModel} from './plan.ts'

/** What happens during a download, for whoever shows it. Sizes in bytes. */
export type DownloadEvent =
  | {event: 'start'; files: number; bytes: number; toFetch: number}
  | {event: 'file'; model: string; path: string; size: number; state: PlannedFile['state']}
  | {event: 'progress'; model: string; path: string; received: number; size: number}
  | {event: 'waiting'; model: string; path: string; owner: string}
  | {event: 'file-done'; model: string; path: string; size: number; sha256: string; fetched: boolean}
  | {event: 'model-done'; model: string; commit: string}
  | {event: 'model-failed'; model: string; code: string; message: string}

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

export interface DownloadedModel {
  id: string
  repo: string
  commit: string
  files: {path: string; size: number; sha256: string; fetched: boolean; location: string}[]
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
      const done = await downloadModel(model, {...shared, files})
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

type Shared = DownloadOptions & Pick<FetchOptions, 'slots'> & {files: Semaphore}

const downloadModel = async ({wanted, commit, files}: PlannedModel, shared: Shared): Promise<DownloadedModel> => {
  const {store} = shared
  const folder = repoFolder(store.root, wanted.repo)
  const ended = await Promise.allSettled(
    files.map(file => shared.files.run(() => bringFile(file, {wanted, commit, files}, shared), shared.signal)),
  )
  const failed = ended.find(each => each.status === 'rejected')
  if (failed) throw failed.reason
  const verified = ended.flatMap((each, index) => {
    const file = files[index]
    return each.status === 'fulfilled' && file ? [{...file, ...each.value}] : []
  })
  for (const {path, blob} of verified) await linkIntoSnapshot(blob, snapshotPath(folder, commit, path))
  await writeRef(folder, wanted.revision, commit)
  await updateMarker(folder, commit, known => ({
    ...known,
    ...Object.fromEntries(
      verified.map(({path, size, sha256, blob}) => [path, {size, sha256, blob: blob.split(/[\\/]/).pop() ?? ''}]),
    ),
  }))
  await updateLockFile(store.lockFile, wanted.id, {
    repo: wanted.repo,
    revision: wanted.revision,
    commit,
    files: verified.map(({path, size, sha256}) => ({path, size, sha256})),
  })
  return {
    id: wanted.id,
    repo: wanted.repo,
    commit,
    files: verified.map(({path, size, sha256, fetched}) => ({
      path,
      size,
      sha256,
      fetched,
      location: snapshotPath(folder, commit, path),
    })),
  }
}

/** Sees that the blob of a file is there and right. */
const bringFile = async (
  file: PlannedFile,
  {wanted, commit}: PlannedModel,
  shared: Shared,
): Promise<{sha256: string; fetched: boolean}> => {
  const {hub, onEvent} = shared
  const {path, size, blob, state} = file
  const model = wanted.id
  const done = (sha256: string, fetched: boolean) => {
    onEvent?.({event: 'file-done', model, path, size, sha256, fetched})
    return {sha256, fetched}
  }
  await makeFolder(dirname(blob))
  if (state !== 'fetch') {
    const sha256 = await adopt(file, shared)
    if (sha256 !== undefined) return done(sha256, false)
  }
  if (!hub) {
    throw state === 'fetch'
      ? new EssenceError('MODEL_MISSING', `HF_HUB_OFFLINE forbids to fetch ${path} of ${wanted.repo}.`)
      : new EssenceError(
          'DIGEST_MISMATCH',
          `${path} of ${wanted.repo} is damaged, and HF_HUB_OFFLINE forbids to fetch it.`,
        )
  }
  const source = {repo: wanted.repo, path, size, digest: file.digest, url: fileUrl(hub, wanted.repo, commit, path)}
  const sha256 = await fetchBlob(blob, source, {
    ...shared,
    hub,
    onProgress: received => onEvent?.({event: 'progress', model, path, received, size}),
    onWait: owner => onEvent?.({event: 'waiting', model, path, owner}),
  })
  return done(sha256, true)
}

/**
 * Takes over a file that lies in a cache, if its content is right; a wrong one in our own cache is put aside. Models
 * share files, and processes the cache: one looks at a time, so that nobody puts aside what another just made good.
 */
const adopt = async (file: PlannedFile, {signal, wait}: Shared): Promise<string | undefined> => {
  const {blob, from = blob, digest, state} = file
  // Verified when it was downloaded; `essence models verify` reads it again.
  if (state === 'present' && digest.algorithm === 'sha256') return digest.hex
  const take = async (): Promise<string | undefined> => {
    const here = await verifiedSha256(blob, file, signal)
    if (here !== undefined) return here
    if (await stat(blob).catch(() => undefined)) await quarantine(blob, blob)
    const sha256 = from === blob ? undefined : await verifiedSha256(from, file, signal)
    if (sha256 === undefined) return undefined
    await replaceFile(blob, draft => link(from, draft).catch(() => copyFile(from, draft)))
    return sha256
  }
  return withLock(`${blob}.lock`, take, {signal, wait})
}
