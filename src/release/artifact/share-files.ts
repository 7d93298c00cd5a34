import {lstat} from 'node:fs/promises'
import {join} from 'node:path'
import type {ReleaseManifest} from '../manifest.ts'
import {digestOf, forEachFile, type ReleaseFile} from './verify-files.ts'

/** Where the content of a release's file is on this disk already, by the file's path inside the release. */
export type SharedFiles = ReadonlyMap<string, string>

/**
 * Files of a release that another one on the same disk has as well, so that a hard link can stand for a copy: of two
 * releases of one service most are. Each was read just now and has the manifest's content; what was changed, has another
 * mode or belongs to another user is left out.
 * @param held the unpacked release, never one that is still being made
 * @throws CANCELLED
 */
export const findShared = async (
  wanted: ReleaseManifest,
  held: {folder: string; manifest: ReleaseManifest},
  signal?: AbortSignal,
): Promise<SharedFiles> => {
  const key = ({sha256, size, mode}: ReleaseFile): string => `${sha256} ${size} ${mode}`
  const locations = new Map(held.manifest.files.map(file => [key(file), join(held.folder, file.path)]))
  const shared = new Map<string, string>()
  await forEachFile(wanted, signal, async file => {
    const location = locations.get(key(file))
    if (location === undefined) return
    if (await hasContent(location, file).catch(() => false)) shared.set(file.path, location)
  })
  return shared
}

const hasContent = async (location: string, {size, mode, sha256}: ReleaseFile): Promise<boolean> => {
  const found = await lstat(location)
  if (!found.isFile() || found.size !== size || (found.mode & 0o7777) !== mode) return false
  return found.uid === process.geteuid?.() && (await digestOf(location, size)) === sha256
}
