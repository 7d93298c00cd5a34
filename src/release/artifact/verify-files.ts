import {hash} from 'node:crypto'
import {chmod, lstat, readdir, readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {throwIfCancelled} from '../../kit/errors.ts'
import {mapLimit} from '../../kit/flow/map-limit.ts'
import type {ReleaseManifest} from '../manifest.ts'
import {invalidRelease} from './damaged.ts'
import {sha256OfFile} from './digest.ts'
import type {OpenedManifest} from './read-manifest.ts'

export type ReleaseFile = ReleaseManifest['files'][number]

/** Larger files are read in pieces. */
const wholeBytes = 8 * 2 ** 20
/** Files looked at together: Node.js has four threads for them. */
const atOnce = 8

/**
 * Looks at each file of a release, a few at a time.
 * @throws CANCELLED, and what the looking throws
 */
export const forEachFile = async (
  {files}: ReleaseManifest,
  signal: AbortSignal | undefined,
  look: (file: ReleaseFile) => Promise<void>,
): Promise<void> => {
  await mapLimit(files, atOnce, file => {
    throwIfCancelled(signal)
    return look(file)
  })
}

/** Every file below a folder, as paths with forward slashes. */
const filesBelow = async (folder: string, release: string): Promise<Set<string>> => {
  const found = new Set<string>()
  const walk = async (below: string): Promise<void> => {
    const entries = await readdir(join(folder, below), {withFileTypes: true})
    await Promise.all(
      entries.map(async entry => {
        const path = below === '' ? entry.name : `${below}/${entry.name}`
        if (entry.isDirectory()) return walk(path)
        if (!entry.isFile()) throw invalidRelease(release, `${path} is no regular file`)
        found.add(path)
      }),
    )
  }
  await walk('')
  return found
}

/** SHA-256 in hex of a file of that many bytes. */
export const digestOf = async (location: string, size: number): Promise<string> =>
  size > wholeBytes ? sha256OfFile(location) : hash('sha256', await readFile(location), 'hex')

const verifyFile = async (
  folder: string,
  {path, size, mode, sha256}: ReleaseFile,
  release: string,
  written: boolean,
): Promise<void> => {
  const location = join(folder, path)
  const found = await lstat(location)
  if (found.size !== size) throw invalidRelease(release, `${path} has ${found.size} bytes; expected ${size}`)
  if (!written && (await digestOf(location, size)) !== sha256) {
    throw invalidRelease(release, `${path} was changed: its SHA-256 is not the manifest's`)
  }
  // The archive's mode was checked; a strict umask took from it.
  if ((found.mode & 0o7777) !== mode) await chmod(location, mode)
}

export interface VerifyOptions {
  signal?: AbortSignal | undefined
  /** Files that the manifest does not list are allowed: of a release that ran, and may have written some. */
  more?: boolean
  /** Contents were checked just now, while they were written: sizes and modes are enough. */
  written?: boolean
}

/**
 * Checks every file of an unpacked release against its manifest: none missing, none more, size, content; and gives each
 * the mode it must have.
 * @throws RELEASE_INVALID naming the first file found wrong; CANCELLED
 */
export const verifyFiles = async (
  folder: string,
  {manifest, bytes}: OpenedManifest,
  {signal, more = false, written = false}: VerifyOptions = {},
): Promise<void> => {
  const release = `The release ${manifest.build}`
  const present = await filesBelow(folder, release)
  const missing = ['manifest.json', ...manifest.files.map(({path}) => path)].find(path => !present.delete(path))
  if (missing !== undefined) throw invalidRelease(release, `${missing} is missing`)
  const [unknown] = present
  if (unknown !== undefined && !more) throw invalidRelease(release, `${unknown} is not in its manifest`)
  if (!bytes.equals(await readFile(join(folder, 'manifest.json')))) {
    throw invalidRelease(release, 'manifest.json was changed')
  }
  await forEachFile(manifest, signal, file => verifyFile(folder, file, release, written))
}
