import {stat} from 'node:fs/promises'
import {blobOf, readRef, repoFolder, snapshotPath} from '../cache/cache-layout.ts'
import type {RemoteFile, RemoteSnapshot} from '../hub/hub.ts'
import type {Wanted} from './plan-model.ts'

/** What some tool left in a cache, as if the hub had said it: the names of the blobs are their digests. */
export const localSnapshot = async (
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
