import {mkdir, rename, rm, stat, utimes} from 'node:fs/promises'
import {hostname} from 'node:os'
import {dirname, join} from 'node:path'
import {setTimeout as pause} from 'node:timers/promises'
import * as z from 'zod'
import {EssenceError, systemCodeOf, throwIfCancelled} from '../errors.ts'
import {identify, isAlive} from '../process/identity.ts'
import {readJson, writeJson} from './json.ts'
import {makeFolder} from './make-folder.ts'

const ownerSchema = z.object({
  pid: z.int(),
  host: z.string(),
  started: z.string(),
  id: z.string(),
  note: z.string().optional(),
})
type Owner = z.infer<typeof ownerSchema>

/** A holder refreshes its lock this often (ms) … */
const heartbeatMs = 10_000
/** … so one of another machine that was not refreshed for this long is dead. */
const deadAfterMs = 60_000

export interface OwnerLock {
  /** True while the lock is still ours: one that was taken for dead (a suspended machine) must not write on. */
  isOurs(): Promise<boolean>
  release(): Promise<void>
}

export interface LockOptions {
  /** Default true: wait until it is free. Otherwise throw LOCKED. */
  wait?: boolean | undefined
  /** ms to wait at most; then LOCKED is thrown. Default: as long as it takes. */
  waitMs?: number | undefined
  /** What this holder does, for people who meet the lock. */
  note?: string | undefined
  /** Called once with the holder, when the wait begins. */
  onWait?: ((owner: string) => void) | undefined
  signal?: AbortSignal | undefined
}

const ownerFile = (folder: string): string => join(folder, 'owner.json')

/** The owner of a lock folder; `undefined` when it is free; `dead` when it will never be released. */
const inspect = async (folder: string): Promise<{owner?: Owner; dead: boolean} | undefined> => {
  const owner = await readJson(ownerFile(folder), ownerSchema)
  const touched = await stat(owner ? ownerFile(folder) : folder).catch(() => undefined)
  if (!touched) return undefined
  const silentMs = Date.now() - touched.mtimeMs
  // No owner yet: it is being taken just now, or its maker died in between.
  if (!owner) return {dead: silentMs > heartbeatMs}
  return {owner, dead: owner.host === hostname() ? !(await isAlive(owner)) : silentMs > deadAfterMs}
}

/** Removes a dead lock. Of several that try, one succeeds; a lock that was renewed meanwhile is put back. @throws where it may not be removed */
const removeDead = async (folder: string, dead: Owner | undefined, id: string): Promise<void> => {
  const aside = `${folder}.${id}`
  try {
    await rename(folder, aside)
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return
    throw error
  }
  const taken = await readJson(ownerFile(aside), ownerSchema)
  if (taken?.id !== dead?.id) await rename(aside, folder).catch(() => {})
  await rm(aside, {recursive: true, force: true})
}

const describe = (owner: Owner | undefined): string => {
  if (!owner) return 'another process'
  const process = `process ${owner.pid}${owner.host === hostname() ? '' : ` on ${owner.host}`}`
  return owner.note ? `${owner.note} (${process})` : process
}

/** The holder of a lock. */
export interface LockHolder {
  /** For people: its note, and its process. */
  owner: string
  since: Date
  /** Its process is gone, or silent for a minute on another machine: the next one takes it over. */
  dead: boolean
}

/** The holder of a lock; `undefined` where it is free. */
export const lockHolder = async (folder: string): Promise<LockHolder | undefined> => {
  const held = await inspect(folder)
  const made = await stat(folder).catch(() => undefined)
  return held && made && {owner: describe(held.owner), since: made.mtime, dead: held.dead}
}

/** Removes a lock, held or not; its holder finds out by `isOurs`. */
export const breakLock = (folder: string): Promise<void> => rm(folder, {recursive: true, force: true})

/** How often what was just made may be gone again: others tidy up the folder of locks, or take a dead lock aside. */
const patience = 20

/** @returns false where somebody has it */
const makeLock = async (folder: string, me: Owner, left = patience): Promise<boolean> => {
  let made = false
  try {
    await makeFolder(dirname(folder))
    made = await mkdir(folder).then(
      () => true,
      error => (systemCodeOf(error) === 'EEXIST' ? false : Promise.reject(error)),
    )
    if (made) await writeJson(ownerFile(folder), me)
    return made
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT' && left > 0) return makeLock(folder, me, left - 1)
    // As on a full disk: an empty lock would hold up the next one.
    if (made) await rm(folder, {recursive: true, force: true}).catch(() => {})
    throw error
  }
}

/**
 * Takes a lock: a folder, because `mkdir` is atomic also where `flock` does nothing (NFS, Lustre).
 * @throws LOCKED when it is held and `wait` is false; CANCELLED; what the system says where it cannot be made, or a dead one not removed
 */
export const takeLock = async (
  folder: string,
  {wait = true, waitMs = Number.POSITIVE_INFINITY, note, onWait, signal}: LockOptions = {},
): Promise<OwnerLock> => {
  const me: Owner = {
    ...(await identify(process.pid)),
    host: hostname(),
    id: Math.random().toString(36).slice(2),
    note,
  }
  const deadline = performance.now() + waitMs
  let waiting = false
  for (;;) {
    throwIfCancelled(signal)
    if (await makeLock(folder, me)) break
    const held = await inspect(folder)
    if (!held) continue
    if (held.dead) {
      await removeDead(folder, held.owner, me.id)
      continue
    }
    const owner = describe(held.owner)
    if (!wait || performance.now() >= deadline)
      throw new EssenceError('LOCKED', `${folder} is held by ${owner}.`, {suggestions: ['Wait until it ends.']})
    if (!waiting) onWait?.(owner)
    waiting = true
    await pause(250)
  }
  const heartbeat = setInterval(() => {
    const now = new Date()
    utimes(ownerFile(folder), now, now).catch(() => {})
  }, heartbeatMs)
  heartbeat.unref()
  const isOurs = async () => (await readJson(ownerFile(folder), ownerSchema))?.id === me.id
  return {
    isOurs,
    release: async () => {
      clearInterval(heartbeat)
      if (await isOurs()) await rm(folder, {recursive: true, force: true})
    },
  }
}

/** Runs `work` while holding a lock. */
export const withLock = async <T>(folder: string, work: () => Promise<T>, options?: LockOptions): Promise<T> => {
  const lock = await takeLock(folder, options)
  try {
    return await work()
  } finally {
    await lock.release()
  }
}
