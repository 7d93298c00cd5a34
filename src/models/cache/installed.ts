import {stat} from 'node:fs/promises'
import type {ModelEntry} from '../catalogue/entry.ts'
import {blobPath, readMarker, readRef, repoFolder, snapshotPath, type VerifiedFile} from './cache-layout.ts'
import type {LockedModel} from './lock-file.ts'

/** A model that is whole on this machine. */
export interface InstalledModel {
  id: string
  commit: string
  /** Its files, verified once; the first is the one the engine is given. */
  files: (VerifiedFile & {path: string; location: string; blobLocation: string})[]
  /** Bytes of all files. */
  bytes: number
}

/** What `findInstalled` needs of an entry. */
export type Findable = Pick<ModelEntry, 'id' | 'repo' | 'revision' | 'files'>

/**
 * Finds a model in the cache. It counts only when every file was verified once (the marker says so) and still has its
 * size; with a lock, only the commit and the digests of the lock count.
 */
export const findInstalled = async (
  entry: Findable,
  root: string,
  lock?: LockedModel,
): Promise<InstalledModel | undefined> => {
  const folder = repoFolder(root, entry.repo)
  const commit = lock?.commit ?? (await readRef(folder, entry.revision))
  if (commit === undefined) return undefined
  const marker = await readMarker(folder, commit)
  const files: InstalledModel['files'] = []
  for (const {path} of entry.files) {
    const verified = marker[path]
    if (!verified) return undefined
    const pinned = lock?.files.find(file => file.path === path)
    if (lock && pinned?.sha256 !== verified.sha256) return undefined
    const location = snapshotPath(folder, commit, path)
    const found = await stat(location).catch(() => undefined)
    if (found?.size !== verified.size) return undefined
    files.push({...verified, path, location, blobLocation: blobPath(folder, verified.blob)})
  }
  return {id: entry.id, commit, files, bytes: files.reduce((sum, {size}) => sum + size, 0)}
}
