import {randomUUID} from 'node:crypto'
import {readdir, rmdir} from 'node:fs/promises'
import {join} from 'node:path'
import {EssenceError, isEssenceError} from '../../kit/errors.ts'
import {breakLock, type LockOptions, lockHolder, takeLock, withLock} from '../../kit/files/owner-lock.ts'

// Files of a model are finished one by one and linked into their snapshot when all are here: until then nothing says that
// they are needed. So a process that changes a cache has a lock of its own in it, and a prune looks for those.

const usersFolder = (root: string): string => join(root, '.changing')

const pruneLock = (root: string): string => join(root, '.prune.lock')

/**
 * Changes a cache, beside others that do so too, and after a prune that is under way.
 * @param note what is done, for people who meet the lock
 * @throws CANCELLED, and what the work throws
 */
export const whileChanging = async <T>(
  root: string,
  note: string,
  work: () => Promise<T>,
  {signal, onWait}: Pick<LockOptions, 'signal' | 'onWait'> = {},
): Promise<T> => {
  const folder = usersFolder(root)
  // A cache that cannot be written cannot be pruned either, and may have all that is needed.
  const lock = await takeLock(join(folder, `${randomUUID()}.lock`), {note, signal}).catch((error: unknown) => {
    if (isEssenceError(error)) throw error
  })
  try {
    // Each looks for the other after it has said that it is here: so one of the two sees it.
    if (await lockHolder(pruneLock(root))) await withLock(pruneLock(root), async () => {}, {signal, onWait})
    return await work()
  } finally {
    await lock?.release()
    // Locks of killed processes would keep the folder.
    await cacheUsers(root)
    await rmdir(folder).catch(() => {})
  }
}

/** Takes files out of a cache: one process at a time, and none begins to change the cache meanwhile. */
export const whilePruning = <T>(root: string, note: string, work: () => Promise<T>): Promise<T> =>
  withLock(pruneLock(root), work, {note})

/** @throws LOCKED while anybody changes the cache */
export const refuseBesideUsers = async (root: string): Promise<void> => {
  const [user] = await cacheUsers(root)
  if (user === undefined) return
  throw new EssenceError('LOCKED', `The models in ${root} are changed by ${user}, which may need the same files.`, {
    suggestions: ['Wait until it ends, then remove.'],
  })
}

/** Who changes the cache now, for people. Locks of the dead are removed. */
export const cacheUsers = async (root: string): Promise<string[]> => {
  const folder = usersFolder(root)
  const locks = (await readdir(folder).catch(() => [])).map(name => join(folder, name))
  const users: string[] = []
  for (const lock of locks) {
    const holder = await lockHolder(lock)
    if (holder?.dead) await breakLock(lock)
    else if (holder) users.push(holder.owner)
  }
  return users
}
