import {realpath, stat} from 'node:fs/promises'
import {systemCodeOf} from '../../kit/errors.ts'
import {quarantine, verifiedSha256} from './blob.ts'
import {repoFolder, snapshotPath, updateMarker} from './cache-layout.ts'
import {type LockedModel, readLockFile} from './lock-file.ts'
import type {ModelStore} from './store.ts'

export interface FileVerdict {
  path: string
  location: string
  /** `right`; `missing`: no file, or of another length; `changed`: the content is not what was downloaded. */
  verdict: 'right' | 'missing' | 'changed'
}

export interface ModelVerdict {
  id: string
  files: FileVerdict[]
  right: boolean
}

export interface VerifyOptions {
  store: ModelStore
  /** Ids; default all that are locked. */
  ids?: readonly string[] | undefined
  onFile?: (id: string, path: string, bytes: number) => void
  signal?: AbortSignal | undefined
}

/**
 * Reads models again and compares every byte with what models.lock.json remembers. A file that changed no longer counts
 * as installed, so that no engine loads it; the next download fetches it anew.
 */
export const verifyModels = async ({store, ids, onFile, signal}: VerifyOptions): Promise<ModelVerdict[]> => {
  const locks = await readLockFile(store.lockFile)
  const verdicts: ModelVerdict[] = []
  for (const id of ids ?? Object.keys(locks)) {
    const lock = locks[id]
    if (!lock) continue
    const files: FileVerdict[] = []
    for (const file of lock.files) {
      onFile?.(id, file.path, file.size)
      files.push(await verifyFile(file, lock, store, signal))
    }
    const wrong = files.filter(({verdict}) => verdict !== 'right').map(({path}) => path)
    if (wrong.length > 0) await whereWritable(forgetVerified(store, lock, wrong))
    verdicts.push({id, files, right: wrong.length === 0})
  }
  return verdicts
}

/** In a cache that is only read, the verdict is all there is. */
const whereWritable = async (work: Promise<unknown>): Promise<void> => {
  await work.catch((error: unknown) => {
    if (!['EROFS', 'EACCES', 'EPERM'].includes(systemCodeOf(error) ?? '')) throw error
  })
}

const verifyFile = async (
  {path, size, sha256}: LockedModel['files'][number],
  {repo, commit}: LockedModel,
  store: ModelStore,
  signal: AbortSignal | undefined,
): Promise<FileVerdict> => {
  const location = snapshotPath(repoFolder(store.root, repo), commit, path)
  const found = await stat(location).catch(() => undefined)
  if (found?.size !== size) return {path, location, verdict: 'missing'}
  const right = await verifiedSha256(location, {size, digest: {algorithm: 'sha256', hex: sha256}}, signal)
  if (right !== undefined) return {path, location, verdict: 'right'}
  // Out of reach of every reader, ours and other tools'.
  const blob = await realpath(location)
  await whereWritable(quarantine(blob, blob))
  return {path, location, verdict: 'changed'}
}

const forgetVerified = async (store: ModelStore, {repo, commit}: LockedModel, paths: string[]): Promise<void> =>
  updateMarker(repoFolder(store.root, repo), commit, files =>
    Object.fromEntries(Object.entries(files).filter(([path]) => !paths.includes(path))),
  )
