import {lstat, readdir} from 'node:fs/promises'
import {join} from 'node:path'
import {lockHolder} from '../../kit/files/owner-lock.ts'
import {blobLock, repoOfFolder} from './cache-layout.ts'
import {cacheUsers} from './cache-users.ts'
import {type LockedModel, readLockFile} from './lock-file.ts'
import {type OldVersion, oldVersions} from './old-versions.ts'
import {type Snapshots, snapshotsOf} from './snapshots.ts'
import type {ModelStore} from './store.ts'
import {partialPath, sidecarPath, unfinishedFiles} from './unfinished.ts'

/** Something in a cache that no model of ours needs. */
export interface Leftover {
  /**
   * `unfinished`: a download that was not gone on with; `old`: a version from before an update; `unused`: a whole file of a
   * download that was never finished; `wrong`: content that was put aside; `import`: what a killed import unpacked.
   */
  kind: 'unfinished' | 'old' | 'unused' | 'wrong' | 'import'
  repo: string
  /** The file or the version, for people. */
  what: string
  /** Bytes on the disk that become free. */
  bytes: number
  paths: string[]
  /** Verified files that no longer count as such: of an old version. */
  unverify?: OldVersion['unverify']
  /** Held while the file is received. */
  lock?: string
}

export interface Leftovers {
  leftovers: Leftover[]
  /** What is left alone because another process works on it, for people. */
  held: string[]
}

const isBlob = (name: string): boolean => /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(name)

const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => [])

const bytesAt = async (paths: readonly string[]): Promise<number> => {
  const found = await Promise.all(paths.map(path => lstat(path).catch(() => undefined)))
  return found.reduce((sum, one) => sum + (one?.blocks ?? 0) * 512, 0)
}

/** Finds what can go. Where another process changes the cache, nothing can: it may need any of it in a moment. */
export const findLeftovers = async (store: ModelStore): Promise<Leftovers> => {
  const {root} = store
  const users = await cacheUsers(root)
  if (users.length > 0) return {leftovers: [], held: users.map(user => `everything, as ${user} changes it`)}
  const locks = Object.values(await readLockFile(store.lockFile))
  const found: Leftovers = {leftovers: [], held: []}
  for (const name of await namesIn(root)) {
    const repo = repoOfFolder(name)
    if (repo === undefined) continue
    const {leftovers, held} = await leftoversOf(join(root, name), repo, locks)
    found.leftovers.push(...leftovers)
    found.held.push(...held)
  }
  const unpacked = join(root, '.import')
  const files = await readdir(unpacked, {recursive: true}).catch(() => undefined)
  if (files) {
    const bytes = await bytesAt(files.map(file => join(unpacked, file)))
    found.leftovers.push({kind: 'import', repo: '', what: 'an import that was cut off', bytes, paths: [unpacked]})
  }
  return found
}

const leftoversOf = async (folder: string, repo: string, locks: readonly LockedModel[]): Promise<Leftovers> => {
  const snapshots = await snapshotsOf(folder)
  const unfinished = await unfinishedIn(folder, repo)
  const old = await oldVersions(folder, repo, locks, snapshots)
  const wrong = (await namesIn(join(folder, 'quarantine'))).map(name => join(folder, 'quarantine', name))
  return {
    leftovers: [
      ...unfinished.leftovers,
      ...(await Promise.all(
        old.map(async each => ({kind: 'old' as const, repo, ...each, bytes: await bytesAt(each.paths)})),
      )),
      ...(await filesAt('unused', repo, await unusedBlobs(folder, snapshots))),
      ...(await filesAt('wrong', repo, wrong)),
    ],
    held: unfinished.held,
  }
}

const unfinishedIn = async (folder: string, repo: string): Promise<Leftovers> => {
  const found: Leftovers = {leftovers: [], held: []}
  for (const {blob, name, bytes} of await unfinishedFiles(folder)) {
    const lock = blobLock(blob)
    const holder = await lockHolder(lock)
    const paths = [partialPath(blob), sidecarPath(blob), `${sidecarPath(blob)}.tmp`]
    if (holder && !holder.dead) found.held.push(`${name} of ${repo}: ${holder.owner}`)
    else found.leftovers.push({kind: 'unfinished', repo, what: name, bytes, paths, lock})
  }
  return found
}

/** Blobs that nothing leads to. Where snapshots are copies, not links, that cannot be told. */
const unusedBlobs = async (folder: string, {links, areCopies}: Snapshots): Promise<string[]> => {
  if (areCopies) return []
  const used = new Set(links.map(({blob}) => blob))
  return (await namesIn(join(folder, 'blobs')))
    .filter(isBlob)
    .map(name => join(folder, 'blobs', name))
    .filter(path => !used.has(path))
}

const filesAt = (kind: 'unused' | 'wrong', repo: string, paths: readonly string[]): Promise<Leftover[]> =>
  Promise.all(
    paths.map(async path => {
      const what = `${path.split(/[\\/]/).at(-1)?.slice(0, 12)}…`
      return {kind, repo, what, bytes: await bytesAt([path]), paths: [path], lock: blobLock(path)}
    }),
  )
