import {createReadStream} from 'node:fs'
import {mkdir, rm} from 'node:fs/promises'
import {pipeline} from 'node:stream/promises'
import {type ReadEntry, Unpack} from 'tar'
import {throwIfCancelled} from '../../kit/errors.ts'
import type {ReleaseManifest} from '../manifest.ts'
import {archiveError, invalidRelease} from './damaged.ts'
import {type ReleaseLimits, releaseLimits} from './limits.ts'
import type {OpenedManifest} from './read-manifest.ts'

export interface UnpackOptions {
  signal?: AbortSignal | undefined
  limits?: ReleaseLimits
}

interface Expected {
  size: number
  /** Of the manifest itself, which it does not list, none. */
  mode?: number
}

/** Lets each file of the manifest through once, as it is declared there, and nothing else. */
const gate = (manifest: ReleaseManifest, manifestSize: number) => {
  const prefix = `june-${manifest.service}/`
  const expected = new Map<string, Expected>([
    ['manifest.json', {size: manifestSize}],
    ...manifest.files.map(({path, size, mode}) => [path, {size, mode}] as const),
  ])
  /** What is wrong with an entry, if anything is. */
  return ({path, type, size, mode = 0}: ReadEntry): string | undefined => {
    if (type !== 'File' && type !== 'OldFile') return `${path} is no regular file (${type})`
    if (path.startsWith('/') || path.split('/').includes('..')) return `${path} leads outside of it`
    const wanted = path.startsWith(prefix) ? expected.get(path.slice(prefix.length)) : undefined
    if (!wanted) return `${path} is not in its manifest, or is there twice`
    if (size !== wanted.size) return `${path} has ${size} bytes; its manifest says ${wanted.size}`
    if (wanted.mode !== undefined && (mode & 0o7777) !== wanted.mode) {
      return `${path} has the mode ${(mode & 0o7777).toString(8)}; its manifest says ${wanted.mode.toString(8)}`
    }
    expected.delete(path.slice(prefix.length))
    return undefined
  }
}

/**
 * Unpacks a release into a folder that is not there yet, without the leading `june-<service>/`. Only what the manifest
 * declares is written. What was written is removed when it fails; contents are checked by `verifyFiles`.
 * @throws RELEASE_INVALID; CANCELLED; the system's error (ENOSPC, EACCES, EEXIST …)
 */
export const unpackRelease = async (
  tarball: string,
  {manifest, bytes}: OpenedManifest,
  folder: string,
  {signal, limits = releaseLimits}: UnpackOptions = {},
): Promise<void> => {
  throwIfCancelled(signal)
  await mkdir(folder, {mode: 0o755})
  const refuse = gate(manifest, bytes.length)
  const source = createReadStream(tarball, {highWaterMark: 2 ** 18})
  const unpack = new Unpack({
    cwd: folder,
    strict: true,
    strip: 1,
    // Whoever deploys owns what is deployed, also root.
    preserveOwner: false,
    noMtime: true,
    maxDecompressionRatio: limits.ratio,
    filter: (_, entry) => {
      const what = refuse(entry as ReadEntry)
      if (what !== undefined && !source.destroyed) source.destroy(invalidRelease(tarball, what))
      return what === undefined
    },
  })
  try {
    await pipeline(source, unpack as unknown as NodeJS.WritableStream, {signal})
  } catch (error) {
    source.destroy()
    await rm(folder, {recursive: true, force: true, maxRetries: 3})
    throwIfCancelled(signal)
    throw archiveError(tarball, error)
  }
}
