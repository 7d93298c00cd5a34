import {createHash} from 'node:crypto'
import {createReadStream} from 'node:fs'
import {readdir, readFile, stat, unlink} from 'node:fs/promises'
import {join} from 'node:path'
import {pipeline} from 'node:stream/promises'
import {mapLimit} from '../../../kit/flow/map-limit.ts'
import type {ReleaseManifest} from '../../manifest.ts'
import {travels} from '../collect/travels.ts'

export type ReleaseFile = ReleaseManifest['files'][number]

export const manifestName = 'manifest.json'
/** Larger files are read in pieces. */
const wholeBytes = 4 * 1024 * 1024
/** Files hashed at once: enough to keep the disk busy. */
const atOnce = 16

const pathsBelow = async (folder: string, inside = ''): Promise<string[]> => {
  const entries = await readdir(join(folder, inside), {withFileTypes: true})
  const below = await Promise.all(
    entries.map(entry => {
      const path = inside ? `${inside}/${entry.name}` : entry.name
      if (entry.isDirectory()) return pathsBelow(folder, path)
      // A link is no file: a release has none.
      return entry.isFile() && path !== manifestName ? [path] : []
    }),
  )
  return below.flat()
}

/**
 * Removes what was installed and does not run: what is left is the release.
 * @param own files of ours, which were chosen before
 */
export const cutFiles = async (folder: string, own: ReadonlySet<string>): Promise<void> => {
  const needless = (await pathsBelow(folder)).filter(path => !own.has(path) && !travels(path))
  await mapLimit(needless, atOnce, path => unlink(join(folder, path)))
}

const sha256Of = async (path: string, size: number): Promise<string> => {
  const hash = createHash('sha256')
  if (size <= wholeBytes) hash.update(await readFile(path))
  else await pipeline(createReadStream(path, {highWaterMark: 1024 * 1024}), hash)
  return hash.digest('hex')
}

const describe = async (folder: string, path: string): Promise<ReleaseFile> => {
  const full = join(folder, path)
  const {size, mode} = await stat(full)
  // Only the owner's permission: the rest depends on the umask of the build.
  return {path, size, mode: mode & 0o100 ? 0o755 : 0o644, sha256: await sha256Of(full, size)}
}

/** Every file of a release but its manifest, ascending by path, with what is to be known of it. */
export const describeFiles = async (folder: string, signal: AbortSignal): Promise<ReleaseFile[]> => {
  const paths = (await pathsBelow(folder)).sort((a, b) => (a < b ? -1 : 1))
  return mapLimit(paths, atOnce, path => {
    signal.throwIfAborted()
    return describe(folder, path)
  })
}
