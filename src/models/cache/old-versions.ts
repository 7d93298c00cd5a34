import {readdir} from 'node:fs/promises'
import {join} from 'node:path'
import {blobPath, commitPattern, readMarker, readRefs, snapshotPath} from './cache-layout.ts'
import type {LockedModel} from './lock-file.ts'
import type {Snapshots} from './snapshots.ts'

/** Files of a version from before an update. */
export interface OldVersion {
  /** For people. */
  what: string
  /** Links, and the blobs that nothing else needs. */
  paths: string[]
  unverify: {folder: string; commit: string; files: string[]}
}

/**
 * Verified files of commits that no lock pins and no ref names. Only what we verified is ours to remove: other tools keep
 * their snapshots in the same cache.
 */
export const oldVersions = async (
  folder: string,
  repo: string,
  locks: readonly LockedModel[],
  {links}: Snapshots,
): Promise<OldVersion[]> => {
  const refs = await readRefs(folder)
  const marked = (await readdir(join(folder, 'complete')).catch(() => []))
    .map(name => name.replace(/\.json$/, ''))
    .filter(name => commitPattern.test(name))
  const versions = await Promise.all(
    marked.map(async commit => {
      const files = await readMarker(folder, commit)
      const pinned = locks.filter(lock => lock.repo === repo && lock.commit === commit).flatMap(lock => lock.files)
      const isNeeded = (path: string): boolean => refs.has(commit) || pinned.some(file => file.path === path)
      return {commit, files, old: Object.keys(files).filter(path => !isNeeded(path))}
    }),
  )
  const going = new Set(versions.flatMap(({commit, old}) => old.map(path => snapshotPath(folder, commit, path))))
  const staying = versions.flatMap(({files, old}) => Object.entries(files).filter(([path]) => !old.includes(path)))
  const needed = new Set([
    ...links.filter(({path}) => !going.has(path)).map(({blob}) => blob),
    ...staying.map(([, {blob}]) => blobPath(folder, blob)),
  ])
  return versions
    .filter(({old}) => old.length > 0)
    .map(({commit, files, old}) => {
      const blobs = old.map(path => blobPath(folder, files[path]?.blob ?? '')).filter(blob => !needed.has(blob))
      // Of two old versions that share a file, one counts it.
      for (const blob of blobs) needed.add(blob)
      const what = `${old.length === 1 ? old[0] : `${old.length} files`} at ${commit.slice(0, 8)}`
      const paths = [...old.map(path => snapshotPath(folder, commit, path)), ...blobs]
      return {what, paths, unverify: {folder, commit, files: old}}
    })
}
