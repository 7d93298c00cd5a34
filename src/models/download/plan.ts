import {stat} from 'node:fs/promises'
import {join} from 'node:path'
import {EssenceError} from '../../kit/errors.ts'
import {blobOf, blobPath, readMarker, readRef, repoFolder, snapshotPath} from '../cache/cache-layout.ts'
import {findInstalled} from '../cache/installed.ts'
import {type LockedModel, readLockFile} from '../cache/lock-file.ts'
import type {ModelStore} from '../cache/store.ts'
import type {ModelEntry} from '../catalogue/entry.ts'
import {type RemoteFile, type RemoteSnapshot, readSnapshot} from '../hub/hub.ts'
import type {HubAccess} from '../hub/hub-request.ts'
import type {HubRetryOptions} from '../hub/hub-retry.ts'

export interface PlannedFile extends RemoteFile {
  blob: string
  /**
   * `present`: verified before. `adopt`: lies in this or another cache, placed by whoever, and is to be verified.
   * `fetch`: is to be downloaded.
   */
  state: 'present' | 'adopt' | 'fetch'
  /** For `adopt`: where it lies. */
  from?: string
}

/** What to download: an entry of the catalogue, or a repository the user allowed. */
export type Wanted = Pick<ModelEntry, 'id' | 'repo' | 'revision' | 'files'>

export interface PlannedModel {
  wanted: Wanted
  commit: string
  files: PlannedFile[]
}

export interface PlanOptions extends HubRetryOptions {
  store: ModelStore
  /** Absent: only what is on this machine counts (HF_HUB_OFFLINE). */
  hub: HubAccess | undefined
  /** Take what the revision means today instead of what the lock says. */
  update?: boolean
  /** Fetch also what is here. */
  force?: boolean
  signal?: AbortSignal | undefined
}

/** A repository nobody listed: all its files are wanted. The id says where it is from. */
export const allowedModel = (repo: string, revision: string): Wanted => ({
  id: `${repo}@${revision}`,
  repo,
  revision,
  files: [],
})

/**
 * Finds out what is to be done for each model: asks the hub for commit and digests unless the model is here already.
 * @throws MODEL_MISSING offline; REMOTE_REFUSED for files the repository lacks; DIGEST_MISMATCH when the hub has
 * another content for the commit in the lock; what `readSnapshot` throws
 */
export const planDownload = async (wanted: readonly Wanted[], options: PlanOptions): Promise<PlannedModel[]> => {
  const {store, update = false, force = false} = options
  const locks = await readLockFile(store.lockFile)
  const asked = new Map<string, Promise<RemoteSnapshot>>()
  const plan: PlannedModel[] = []
  for (const model of wanted) {
    const lock = update ? undefined : locks[model.id]
    const installed = force || update ? undefined : await findInstalled(withFilesOf(model, lock), store.root, lock)
    if (installed && installed.files.length > 0) {
      plan.push({wanted: model, commit: installed.commit, files: installed.files.map(asPresent)})
      continue
    }
    const revision = lock?.commit ?? model.revision
    const key = `${model.repo}@${revision}`
    const snapshot = asked.get(key) ?? ask(model, revision, options)
    asked.set(key, snapshot)
    plan.push(await planModel(model, await snapshot, lock, options))
  }
  return plan
}

/** An allowed repository has no list of files before the hub was asked, but its lock does. */
const withFilesOf = (model: Wanted, lock: LockedModel | undefined): Wanted =>
  model.files.length > 0 || !lock ? model : {...model, files: lock.files.map(({path, size}) => ({path, bytes: size}))}

const asPresent = (file: {path: string; size: number; sha256: string; blobLocation: string}): PlannedFile => ({
  path: file.path,
  size: file.size,
  digest: {algorithm: 'sha256', hex: file.sha256},
  blob: file.blobLocation,
  state: 'present',
})

const ask = async (model: Wanted, revision: string, {hub, store, signal, ...retry}: PlanOptions) => {
  if (hub) return readSnapshot(hub, model.repo, revision, {...retry, signal})
  const local = await localSnapshot([store.root, ...store.donors], model, revision)
  if (local) return local
  throw new EssenceError(
    'MODEL_MISSING',
    `${model.id} is not on this machine, and HF_HUB_OFFLINE forbids to fetch it.`,
    {
      suggestions: ['Unset HF_HUB_OFFLINE, or bring it from another machine: essence models import PATH'],
    },
  )
}

/** What some tool left in a cache, as if the hub had said it: the names of the blobs are their digests. */
const localSnapshot = async (
  roots: string[],
  {repo, files}: Wanted,
  revision: string,
): Promise<RemoteSnapshot | undefined> => {
  for (const root of roots) {
    const folder = repoFolder(root, repo)
    const commit = await readRef(folder, revision)
    if (commit === undefined || files.length === 0) continue
    const found: RemoteFile[] = []
    for (const {path} of files) {
      const blob = await blobOf(snapshotPath(folder, commit, path))
      const hex = blob?.split(/[\\/]/).pop() ?? ''
      if (!blob || !/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(hex)) break
      const {size} = await stat(blob)
      found.push({path, size, digest: {algorithm: hex.length === 64 ? 'sha256' : 'git-sha1', hex}})
    }
    if (found.length === files.length) return {repo, revision, commit, files: found}
  }
  return undefined
}

const planModel = async (
  wanted: Wanted,
  snapshot: RemoteSnapshot,
  lock: LockedModel | undefined,
  {store, hub, force = false}: PlanOptions,
): Promise<PlannedModel> => {
  const {repo, commit} = snapshot
  const paths = wanted.files.length > 0 ? wanted.files.map(({path}) => path) : snapshot.files.map(({path}) => path)
  const files: PlannedFile[] = []
  for (const path of paths) {
    const remote = snapshot.files.find(file => file.path === path)
    if (!remote) {
      throw new EssenceError('REMOTE_REFUSED', `${repo} has no file ${path} at ${wanted.revision}.`, {
        suggestions: [
          `See what it has: ${hub ? new URL(`${repo}/tree/${commit}`, hub.endpoint).href : repo}`,
          'The catalogue may be older than the repository: report it, or use --allow.',
        ],
      })
    }
    const pinned = lock?.files.find(file => file.path === path)
    if (pinned && remote.digest.algorithm === 'sha256' && remote.digest.hex !== pinned.sha256) {
      throw new EssenceError(
        'DIGEST_MISMATCH',
        `${repo} has another ${path} than models.lock.json for the same commit.`,
        {
          suggestions: ['Do not trust this hub or mirror (HF_ENDPOINT); or accept the new file: --update'],
        },
      )
    }
    files.push(await planFile(remote, snapshot, store, force))
  }
  return {wanted, commit, files}
}

const planFile = async (
  file: RemoteFile,
  {repo, commit}: RemoteSnapshot,
  store: ModelStore,
  force: boolean,
): Promise<PlannedFile> => {
  const folder = repoFolder(store.root, repo)
  const blob = blobPath(folder, file.digest.hex)
  if (force) return {...file, blob, state: 'fetch'}
  const has = async (path: string) => (await stat(path).catch(() => undefined))?.size === file.size
  const verified = (await readMarker(folder, commit))[file.path]
  if (verified?.blob === file.digest.hex && (await has(blob))) return {...file, blob, state: 'present'}
  for (const root of [store.root, ...store.donors]) {
    const from = join(repoFolder(root, repo), 'blobs', file.digest.hex)
    if (await has(from)) return {...file, blob, state: 'adopt', from}
  }
  return {...file, blob, state: 'fetch'}
}
