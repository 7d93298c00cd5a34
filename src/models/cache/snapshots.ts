import {readlink} from 'node:fs/promises'
import {basename, join} from 'node:path'
import {blobPath, filesBelow} from './cache-layout.ts'

/** What the snapshots of a repository lead to. */
export interface Snapshots {
  links: {path: string; blob: string}[]
  /** On a file system without links. */
  areCopies: boolean
}

/** @param folder of the repository, in the cache */
export const snapshotsOf = async (folder: string): Promise<Snapshots> => {
  const entries = await filesBelow(join(folder, 'snapshots'))
  const found = entries
    .filter(entry => entry.isSymbolicLink())
    .map(async entry => {
      const path = join(entry.parentPath, entry.name)
      // By its name: a cache may be reached by several paths, and a blob be a link itself.
      return {path, blob: blobPath(folder, basename(await readlink(path)))}
    })
  return {links: await Promise.all(found), areCopies: entries.some(entry => entry.isFile())}
}
