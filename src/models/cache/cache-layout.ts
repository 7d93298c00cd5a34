import type {Dirent} from 'node:fs'
import {copyFile, link, readdir, readFile, readlink, realpath, rm, symlink} from 'node:fs/promises'
import {dirname, join, relative} from 'node:path'
import {isDeepStrictEqual} from 'node:util'
import * as z from 'zod'
import {systemCodeOf} from '../../kit/errors.ts'
import {atomicWrite, replaceFile} from '../../kit/files/atomic-write.ts'
import {fileError} from '../../kit/files/file-error.ts'
import {readJson, writeJson} from '../../kit/files/json.ts'
import {makeFolder} from '../../kit/files/make-folder.ts'
import {withLock} from '../../kit/files/owner-lock.ts'

// The layout of the Hugging Face cache, shared with every other tool that uses it:
//   models--org--name/refs/main             the commit `main` meant last
//   models--org--name/blobs/<digest>        contents
//   models--org--name/snapshots/<commit>/…  the repository's paths, as links to the blobs
// and beside it, ours: complete/<commit>.json, the files of the snapshot that were verified.

export const repoFolder = (root: string, repo: string): string => join(root, `models--${repo.replace('/', '--')}`)

/** The repository of a folder of a cache; undefined for other folders. */
export const repoOfFolder = (name: string): string | undefined =>
  /^models--([\w.-]+?)--([\w.-]+)$/.exec(name)?.slice(1).join('/')

export const blobPath = (folder: string, hex: string): string => join(folder, 'blobs', hex)

/** Held by the process that receives or takes over a blob. */
export const blobLock = (blob: string): string => `${blob}.lock`

export const snapshotPath = (folder: string, commit: string, path: string): string =>
  join(folder, 'snapshots', commit, ...path.split('/'))

const refPath = (folder: string, revision: string): string => join(folder, 'refs', ...revision.split('/'))

export const commitPattern = /^[0-9a-f]{40}$/

/** The commit a revision meant when it was last asked for; a commit means itself. */
export const readRef = async (folder: string, revision: string): Promise<string | undefined> => {
  if (commitPattern.test(revision)) return revision
  try {
    const commit = (await readFile(refPath(folder, revision), 'utf8')).trim()
    return commitPattern.test(commit) ? commit : undefined
  } catch {
    return undefined
  }
}

/**
 * What lies in a folder of the cache, and below; nothing where there is none.
 * @throws where it cannot be read: what it needs would seem to be needed by nothing, and be removed
 */
export const filesBelow = async (folder: string): Promise<Dirent[]> => {
  try {
    return await readdir(folder, {recursive: true, withFileTypes: true})
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCodeOf(error) ?? '')) return []
    throw cacheError(error, folder)
  }
}

/** The commits that all revisions mean, as they were last asked for. */
export const readRefs = async (folder: string): Promise<Set<string>> => {
  const entries = await filesBelow(join(folder, 'refs'))
  const files = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
  return new Set((await Promise.all(files.map(file => readFile(file, 'utf8')))).map(text => text.trim()))
}

/** Models of one repository end at the same moment, also in one process. */
const concurrent = true

export const writeRef = async (folder: string, revision: string, commit: string): Promise<void> => {
  if (commitPattern.test(revision)) return
  if ((await readRef(folder, revision)) === commit) return
  const path = refPath(folder, revision)
  await makeFolder(dirname(path))
  await atomicWrite(path, commit, {concurrent})
}

/**
 * Gives a blob its path in a snapshot: a relative link; where the file system has none, a hard link; else a copy.
 * A path that leads elsewhere is replaced in one step.
 */
export const linkIntoSnapshot = async (blob: string, path: string): Promise<void> => {
  await makeFolder(dirname(path))
  const target = relative(dirname(path), blob)
  if ((await readlink(path).catch(() => undefined)) === target) return
  const make = (draft: string): Promise<void> =>
    symlink(target, draft)
      .catch(() => link(blob, draft))
      .catch(() => copyFile(blob, draft))
  await replaceFile(path, make, {concurrent})
}

/** The blob a path of a snapshot leads to, whoever made it; `undefined` where it leads nowhere. */
export const blobOf = async (path: string): Promise<string | undefined> => realpath(path).catch(() => undefined)

const verifiedFileSchema = z.object({
  size: z.int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Name of its blob. */
  blob: z.string().regex(/^[0-9a-f]{40,64}$/),
})
export type VerifiedFile = z.infer<typeof verifiedFileSchema>

const markerSchema = z.object({commit: z.string(), files: z.record(z.string(), verifiedFileSchema)})

const markerPath = (folder: string, commit: string): string => join(folder, 'complete', `${commit}.json`)

/** The verified files of a snapshot, by path. Empty where none was. */
export const readMarker = async (folder: string, commit: string): Promise<Record<string, VerifiedFile>> =>
  (await readJson(markerPath(folder, commit), markerSchema))?.files ?? {}

/** Changes the list of verified files; two processes may do so at once. */
export const updateMarker = async (
  folder: string,
  commit: string,
  change: (files: Record<string, VerifiedFile>) => Record<string, VerifiedFile>,
): Promise<void> => {
  const path = markerPath(folder, commit)
  const known = await readMarker(folder, commit)
  // A cache that is only read, and has all, is not written.
  if (isDeepStrictEqual(known, change(known))) return
  await withLock(`${path}.lock`, async () => {
    const files = change(await readMarker(folder, commit))
    if (Object.keys(files).length > 0) await writeJson(path, {commit, files})
    else await rm(path, {force: true})
  })
}

/** An error of the file system, in words; others pass as they are. `folder`: what was worked on. */
export const cacheError = (error: unknown, folder: string): unknown =>
  fileError(error, {
    what: folder,
    full: [
      'Free some space; the same command then continues where it stopped.',
      'See what can go: essence models prune --dry-run; essence models list --installed',
      'Or use another disk: MODEL_CACHE_DIR=/path',
    ],
    refused: [
      'Change its owner or permissions.',
      'Or use another folder: MODEL_CACHE_DIR=/path for models, JUNE_DATA_DIR=/path for models.lock.json.',
    ],
  })
