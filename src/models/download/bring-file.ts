import {copyFile, link, stat} from 'node:fs/promises'
import {dirname} from 'node:path'
import {EssenceError} from '../../kit/errors.ts'
import {replaceFile} from '../../kit/files/atomic-write.ts'
import {makeFolder} from '../../kit/files/make-folder.ts'
import {withLock} from '../../kit/files/owner-lock.ts'
import type {Semaphore} from '../../kit/flow/semaphore.ts'
import {quarantine, verifiedSha256} from '../cache/blob.ts'
import {blobLock} from '../cache/cache-layout.ts'
import {fileUrl} from '../hub/hub.ts'
import type {DownloadOptions} from './download-options.ts'
import {type FetchOptions, fetchBlob} from './fetch-blob.ts'
import type {PlannedFile, PlannedModel} from './plan-model.ts'

/** What the files of all models share. */
export type Shared = DownloadOptions & Pick<FetchOptions, 'slots'> & {files: Semaphore}

/** Sees that the blob of a file is there and right. */
export const bringFile = async (
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
    onPause: pause => onEvent?.({event: 'paused', model, path, ...pause}),
    onWait: owner => onEvent?.({event: 'waiting', model, path, owner}),
  })
  return done(sha256, true)
}

/** Since the plan was made it may have been removed. */
const isThere = async ({blob, size}: PlannedFile): Promise<boolean> =>
  (await stat(blob).catch(() => undefined))?.size === size

/**
 * Takes over a file that lies in a cache, if its content is right; a wrong one in our own cache is put aside. Models
 * share files, and processes the cache: one looks at a time, so that nobody puts aside what another just made good.
 */
const adopt = async (file: PlannedFile, {signal, wait}: Shared): Promise<string | undefined> => {
  const {blob, from = blob, digest, state} = file
  // Verified when it was downloaded; `essence models verify` reads it again.
  if (state === 'present' && digest.algorithm === 'sha256' && (await isThere(file))) return digest.hex
  const take = async (): Promise<string | undefined> => {
    const here = await verifiedSha256(blob, file, signal)
    if (here !== undefined) return here
    if (await stat(blob).catch(() => undefined)) await quarantine(blob, blob)
    const sha256 = from === blob ? undefined : await verifiedSha256(from, file, signal)
    if (sha256 === undefined) return undefined
    await replaceFile(blob, draft => link(from, draft).catch(() => copyFile(from, draft)))
    return sha256
  }
  return withLock(blobLock(blob), take, {signal, wait})
}
