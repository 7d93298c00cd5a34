import {dirname, join} from 'node:path'
import {syncPath} from '../../kit/files/atomic-write.ts'
import type {ReleaseManifest} from '../manifest.ts'
import {forEachFile} from './verify-files.ts'

/** The folders of some files, inside a release: `.` is the release itself. */
const foldersOf = (paths: readonly string[]): Set<string> => {
  const folders = new Set<string>(['.'])
  for (const path of paths) {
    for (let folder = dirname(path); !folders.has(folder); folder = dirname(folder)) folders.add(folder)
  }
  return folders
}

/**
 * Resolves when every file of an unpacked release, and every name in its folders, is on the disk: a machine that loses its power
 * later has the release whole. Not by syncfs, which would wait for whatever else is written to that disk.
 * @throws CANCELLED; the system's error
 */
export const syncRelease = async (
  folder: string,
  manifest: ReleaseManifest,
  signal: AbortSignal | undefined,
): Promise<void> => {
  await forEachFile(manifest, signal, ({path}) => syncPath(join(folder, path)))
  await syncPath(join(folder, 'manifest.json'))
  for (const below of foldersOf(manifest.files.map(({path}) => path))) await syncPath(join(folder, below))
}
