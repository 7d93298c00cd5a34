import {rm} from 'node:fs/promises'
import {join} from 'node:path'
import {blobPath, cacheError, repoFolder, snapshotPath, updateMarker} from './cache-layout.ts'
import {refuseBesideUsers, whilePruning} from './cache-users.ts'
import type {InstalledModel} from './installed.ts'
import {readLockFile, updateLockFile} from './lock-file.ts'
import {snapshotsOf} from './snapshots.ts'
import type {ModelStore} from './store.ts'

/**
 * Removes a model: its links, its mark, its lock, and the blobs no other snapshot needs.
 * @param repo `organisation/name` the model is from
 * @returns bytes that became free
 * @throws LOCKED while anybody changes the cache; OUTPUT_UNWRITABLE
 */
export const removeModel = async (model: InstalledModel, repo: string, store: ModelStore): Promise<number> => {
  const removeAlone = async (): Promise<number> => {
    // A file that another model shares is finished before anything links to it.
    await refuseBesideUsers(store.root)
    return remove(model, repo, store)
  }
  return whilePruning(store.root, 'a removal', removeAlone).catch((error: unknown) => {
    throw cacheError(error, store.root)
  })
}

const remove = async (model: InstalledModel, repo: string, store: ModelStore): Promise<number> => {
  const folder = repoFolder(store.root, repo)
  const shared = await sharedPaths(model, repo, store)
  const own = model.files.filter(({path}) => !shared.has(path))
  const paths = own.map(({path}) => path)
  await updateMarker(folder, model.commit, files =>
    Object.fromEntries(Object.entries(files).filter(([path]) => !paths.includes(path))),
  )
  await updateLockFile(store.lockFile, model.id, undefined)
  for (const path of paths) await rm(snapshotPath(folder, model.commit, path), {force: true})
  const inUse = new Set((await snapshotsOf(folder)).links.map(({blob}) => blob))
  let freed = 0
  for (const {blob, size} of own) {
    const path = blobPath(folder, blob)
    if (inUse.has(path)) continue
    await rm(path, {force: true})
    await rm(join(folder, 'quarantine', blob), {force: true})
    freed += size
  }
  return freed
}

/** Paths another locked model of the same commit needs too: Kokoro's voices serve all its sizes. */
const sharedPaths = async ({id, commit}: InstalledModel, repo: string, store: ModelStore): Promise<Set<string>> => {
  const others = Object.entries(await readLockFile(store.lockFile)).filter(
    ([other, lock]) => other !== id && lock.repo === repo && lock.commit === commit,
  )
  return new Set(others.flatMap(([, {files}]) => files.map(({path}) => path)))
}
