import {once} from 'node:events'
import {copyFile, link, mkdir, mkdtemp, readdir, rename, rm, stat, symlink} from 'node:fs/promises'
import {dirname, join, resolve} from 'node:path'
import {create, extract} from 'tar'
import * as z from 'zod'
import {EssenceError, throwIfCancelled} from '../../kit/errors.ts'
import {replaceFile} from '../../kit/files/atomic-write.ts'
import {readJson, writeJson} from '../../kit/files/json.ts'
import {makeFolder} from '../../kit/files/make-folder.ts'
import {type LockOptions, withLock} from '../../kit/files/owner-lock.ts'
import {repositoryPath, revisionName} from '../catalogue/entry.ts'
import {verifiedSha256} from './blob.ts'
import {
  blobPath,
  cacheError,
  linkIntoSnapshot,
  repoFolder,
  snapshotPath,
  updateMarker,
  writeRef,
} from './cache-layout.ts'
import {whileChanging} from './cache-users.ts'
import {requireSpace} from './disk.ts'
import type {InstalledModel} from './installed.ts'
import {type LockedModel, updateLockFile} from './lock-file.ts'
import type {ModelStore} from './store.ts'

// What carries models to a machine without a network, as a folder or a tar of it:
//   essence-models.json   which models, and the digests of their files
//   blobs/<sha256>        contents

const manifestName = 'essence-models.json'
const digestPattern = /^[0-9a-f]{64}$/
/** Of the files in a tar; one that `tar` made of the folder has `./` before them. */
const names = /^(\.\/)?(essence-models\.json|blobs\/[0-9a-f]{64})$/

const manifestSchema = z.object({
  version: z.literal(1),
  models: z.array(
    z.object({
      id: z.string().regex(/^[\w.-]+(\/[\w.-]+)*(@[\w./-]+)?$/),
      repo: z.string().regex(/^[\w.-]+\/[\w.-]+$/),
      revision: revisionName,
      commit: z.string().regex(/^[0-9a-f]{40}$/),
      files: z.array(
        z.object({
          path: repositoryPath,
          size: z.int().nonnegative(),
          sha256: z.string().regex(digestPattern),
          /** Its name in the cache. */
          blob: z.string().regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/),
        }),
      ),
    }),
  ),
})
type Manifest = z.infer<typeof manifestSchema>

export interface Exported {
  model: InstalledModel
  lock: Pick<LockedModel, 'repo' | 'revision'>
}

/** Some of the work cannot stop (a copy, an archive): it is left alone, and what it made is removed. */
const unlessCancelled = async <T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> => {
  throwIfCancelled(signal)
  if (!signal) return work()
  const cancelled = once(signal, 'abort').then((): never => {
    throw new EssenceError('CANCELLED', 'Cancelled.')
  })
  return Promise.race([work(), cancelled])
}

const isTar = (path: string): boolean => path.endsWith('.tar')

/**
 * Writes models into a folder, or into a tar when the name ends so. The tar appears when it is whole.
 * @returns bytes of the models
 * @throws USAGE for a name of a compressed archive; OUTPUT_UNWRITABLE where something lies there already; DISK_FULL; CANCELLED
 */
export const exportModels = async (
  models: readonly Exported[],
  target: string,
  signal?: AbortSignal,
): Promise<number> => {
  if (/\.(tgz|zip|tar\.\w+)$/i.test(target)) {
    throw new EssenceError('USAGE', `${target}: a bundle is a folder, or a file whose name ends in .tar.`, {
      suggestions: ['Models do not compress; .tar is as small.'],
    })
  }
  if (await stat(target).catch(() => undefined)) {
    throw new EssenceError('OUTPUT_UNWRITABLE', `${target} exists already.`, {suggestions: ['Choose another name.']})
  }
  const manifest: Manifest = {
    version: 1,
    models: models.map(({model: {id, commit, files}, lock: {repo, revision}}) => ({
      ...{id, repo, revision, commit},
      files: files.map(({path, size, sha256, blob}) => ({path, size, sha256, blob})),
    })),
  }
  const blobs = new Map(models.flatMap(({model}) => model.files.map(file => [file.sha256, file.blobLocation] as const)))
  const bytes = models.reduce((sum, {model}) => sum + model.bytes, 0)
  const parent = dirname(resolve(target))
  try {
    await makeFolder(parent)
    await requireSpace(parent, bytes)
    const staging = await mkdtemp(`${resolve(target)}.`)
    const write = async (): Promise<void> => {
      await mkdir(join(staging, 'blobs'))
      await writeJson(join(staging, manifestName), manifest)
      for (const [sha256, location] of blobs) {
        throwIfCancelled(signal)
        const path = join(staging, 'blobs', sha256)
        // A tar follows links; a folder that travels needs the content itself.
        if (isTar(target)) await symlink(resolve(location), path)
        else await copyFile(location, path)
      }
      if (isTar(target)) {
        const file = `${staging}.tar`
        await create({file, cwd: staging, follow: true, portable: true}, [manifestName, 'blobs'])
        await rename(file, target)
      } else await rename(staging, target)
    }
    try {
      await unlessCancelled(write, signal)
    } finally {
      await rm(staging, {recursive: true, force: true})
      await rm(`${staging}.tar`, {force: true})
    }
  } catch (error) {
    throw cacheError(error, target)
  }
  return bytes
}

/**
 * Takes models over from a folder or tar of `exportModels`. Every file is checked against its sha256 before it counts;
 * nothing in the bundle decides where something is written but digests and checked paths. One import at a time: so that
 * what a killed one left can be removed.
 * @returns ids of the models
 * @throws INPUT_NOT_FOUND; MODEL_INVALID for what is not a bundle; DIGEST_MISMATCH; DISK_FULL; CANCELLED
 */
export const importModels = async (
  source: string,
  store: ModelStore,
  options: Pick<LockOptions, 'signal' | 'onWait'> = {},
): Promise<string[]> => {
  const {signal} = options
  const found = await stat(source).catch(() => undefined)
  if (!found) throw new EssenceError('INPUT_NOT_FOUND', `There is nothing at ${source}.`)
  try {
    await makeFolder(store.root)
    const work = async (): Promise<string[]> => {
      if (found.isDirectory()) return importFolder(source, store, copyFile, signal)
      const staging = join(store.root, '.import')
      await rm(staging, {recursive: true, force: true})
      await requireSpace(store.root, found.size)
      try {
        await mkdir(staging)
        await unlessCancelled(() => unpack(source, staging), signal)
        return await importFolder(staging, store, linkOrCopy, signal)
      } finally {
        await rm(staging, {recursive: true, force: true})
      }
    }
    const importAlone = () => withLock(join(store.root, '.import.lock'), work, options)
    return await whileChanging(store.root, 'an import', importAlone, options)
  } catch (error) {
    throw cacheError(error, store.root)
  }
}

const invalid = (source: string, what: string, cause?: unknown): EssenceError =>
  new EssenceError('MODEL_INVALID', `${source} is not a bundle of models: ${what}.`, {
    cause,
    suggestions: ['Make one on a machine with a network: essence models export --all models.tar'],
  })

/** What was unpacked is ours: a second name costs nothing, where the file system has such. */
const linkOrCopy: Take = async (from, to) => link(from, to).catch(() => copyFile(from, to))

const unpack = async (source: string, staging: string): Promise<void> => {
  const wanted = (path: string, entry: object): boolean => 'type' in entry && entry.type === 'File' && names.test(path)
  await extract({file: source, cwd: staging, strict: true, filter: wanted}).catch((error: unknown) => {
    if ((error as {code?: string}).code === 'ENOSPC') throw error
    throw invalid(source, 'the tar is damaged', error)
  })
}

type Take = (from: string, to: string) => Promise<void>

const importFolder = async (
  source: string,
  store: ModelStore,
  take: Take,
  signal: AbortSignal | undefined,
): Promise<string[]> => {
  const manifest = await readJson(join(source, manifestName), manifestSchema)
  if (!manifest) throw invalid(source, `it has no ${manifestName} that can be read`)
  const present = new Set(await readdir(join(source, 'blobs')).catch(() => []))
  for (const {id, repo, revision, commit, files} of manifest.models) {
    const folder = repoFolder(store.root, repo)
    for (const {path, size, sha256, blob} of files) {
      if (!present.has(sha256)) throw invalid(source, `${path} of ${id} is missing`)
      throwIfCancelled(signal)
      const from = join(source, 'blobs', sha256)
      await unlessCancelled(() => importBlob(from, blobPath(folder, blob), {size, sha256, blob, path}, take), signal)
    }
    for (const {path, blob} of files) await linkIntoSnapshot(blobPath(folder, blob), snapshotPath(folder, commit, path))
    await writeRef(folder, revision, commit)
    await updateMarker(folder, commit, known => ({
      ...known,
      ...Object.fromEntries(files.map(({path, size, sha256, blob}) => [path, {size, sha256, blob}])),
    }))
    await updateLockFile(store.lockFile, id, {
      ...{repo, revision, commit},
      files: files.map(({path, size, sha256}) => ({path, size, sha256})),
    })
  }
  return manifest.models.map(({id}) => id)
}

const importBlob = async (
  from: string,
  target: string,
  {size, sha256, blob, path}: Manifest['models'][number]['files'][number],
  take: Take,
): Promise<void> => {
  // The name in the cache is a promise of its own: it must be the digest of this very content.
  const digest = {algorithm: blob.length === 64 ? 'sha256' : 'git-sha1', hex: blob} as const
  const isRight = async (file: string) => (await verifiedSha256(file, {size, digest})) === sha256
  if (await isRight(target)) return
  await makeFolder(dirname(target))
  const given = await stat(from)
  await replaceFile(target, async draft => {
    // Not even copied: a pipe or a device would never end.
    if (given.isFile() && given.size === size) {
      await take(from, draft)
      if (await isRight(draft)) return
    }
    throw new EssenceError('DIGEST_MISMATCH', `${path} in the bundle is not what its digest says.`, {
      suggestions: ['The bundle was damaged on its way; copy it again.'],
    })
  })
}
