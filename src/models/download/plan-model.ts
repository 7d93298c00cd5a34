import {stat} from 'node:fs/promises'
import {join} from 'node:path'
import {EssenceError} from '../../kit/errors.ts'
import {blobPath, readMarker, repoFolder} from '../cache/cache-layout.ts'
import type {LockedModel} from '../cache/lock-file.ts'
import type {ModelStore} from '../cache/store.ts'
import type {ModelEntry} from '../catalogue/entry.ts'
import type {RemoteFile, RemoteSnapshot} from '../hub/hub.ts'
import type {HubAccess} from '../hub/hub-request.ts'

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

/**
 * What is to be done for one model, now that its snapshot is known.
 * @throws REMOTE_REFUSED for files the repository lacks; DIGEST_MISMATCH when the hub has another content for the commit in
 * the lock
 */
export const planModel = async (
  wanted: Wanted,
  snapshot: RemoteSnapshot,
  lock: LockedModel | undefined,
  {store, hub, force = false}: {store: ModelStore; hub: HubAccess | undefined; force?: boolean},
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
