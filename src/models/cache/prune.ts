import {readdir, rm} from 'node:fs/promises'
import {join} from 'node:path'
import {isEssenceError} from '../../kit/errors.ts'
import {withLock} from '../../kit/files/owner-lock.ts'
import {cacheError, updateMarker} from './cache-layout.ts'
import {whilePruning} from './cache-users.ts'
import {findLeftovers, type Leftover} from './leftovers.ts'
import type {ModelStore} from './store.ts'

const keyOf = ({kind, paths}: Leftover): string => `${kind}\0${paths[0]}`

/**
 * Removes leftovers. It looks again for each whether it still is one: another process may need it since it was found.
 * @returns bytes that became free
 * @throws OUTPUT_UNWRITABLE
 */
export const pruneCache = async (approved: readonly Leftover[], store: ModelStore): Promise<number> => {
  const keys = new Set(approved.map(keyOf))
  const prune = async (): Promise<number> => {
    let freed = 0
    for (const leftover of (await findLeftovers(store)).leftovers)
      if (keys.has(keyOf(leftover)) && (await remove(leftover))) freed += leftover.bytes
    return freed
  }
  try {
    return await whilePruning(store.root, 'a prune', prune)
  } catch (error) {
    throw cacheError(error, store.root)
  }
}

/** @returns false where another process has just begun to work on it */
const remove = async (leftover: Leftover): Promise<boolean> => {
  if (!leftover.lock) {
    await removeFiles(leftover)
    return true
  }
  try {
    await withLock(leftover.lock, () => removeFiles(leftover), {wait: false})
    return true
  } catch (error) {
    if (isEssenceError(error) && error.code === 'LOCKED') return false
    throw error
  }
}

const removeFiles = async ({paths, unverify}: Leftover): Promise<void> => {
  if (unverify) {
    const {folder, commit, files} = unverify
    // First: a file that is going must not count as installed.
    await updateMarker(folder, commit, known =>
      Object.fromEntries(Object.entries(known).filter(([path]) => !files.includes(path))),
    )
  }
  for (const path of paths) await rm(path, {recursive: true, force: true})
  if (!unverify) return
  const snapshot = join(unverify.folder, 'snapshots', unverify.commit)
  const left = await readdir(snapshot, {recursive: true, withFileTypes: true}).catch(() => [])
  if (left.every(entry => entry.isDirectory())) await rm(snapshot, {recursive: true, force: true})
}
