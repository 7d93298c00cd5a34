import {mkdir} from 'node:fs/promises'
import {join} from 'node:path'
import {EssenceError} from '../../kit/errors.ts'
import type {ReleaseManifest} from '../manifest.ts'
import {type BuildOptions, type Built, buildRelease} from './build.ts'
import {buildCopy} from './fresh-build.ts'
import {withStageFolder} from './stage-folder.ts'

/** Files that are not the same, or not in both. */
const differences = (first: ReleaseManifest, second: ReleaseManifest): string[] => {
  const known = new Map(first.files.map(file => [file.path, `${file.sha256} ${file.mode}`]))
  const other = new Map(second.files.map(file => [file.path, `${file.sha256} ${file.mode}`]))
  return [...new Set([...known.keys(), ...other.keys()])].filter(path => known.get(path) !== other.get(path))
}

/**
 * Compiles a copy of the sources in another folder, builds the release from it, and compares the bytes.
 * @throws BUILD_FAILED when they differ, with the files that do
 */
export const buildAgain = (built: Built, options: Omit<BuildOptions, 'onStep'>): Promise<void> =>
  withStageFolder(async folder => {
    const {checkout, target, signal} = options
    const copy = join(folder, 'sources')
    await mkdir(copy)
    await buildCopy(checkout, copy, signal)
    const plugins = target.plugins.map(plugin =>
      plugin.workspace ? {...plugin, root: join(copy, plugin.workspace)} : plugin,
    )
    const again = await buildRelease({
      ...options,
      checkout: copy,
      target: {...target, plugins},
      destination: join(folder, 'again.tar.gz'),
      onStep: () => {},
    })
    if (again.sha256 === built.sha256) return
    const files = differences(built.manifest, again.manifest)
    const shown = files.slice(0, 5).join(', ') || 'none of the files, but how they are packed'
    throw new EssenceError('BUILD_FAILED', `The release is not reproducible. What differs: ${shown}.`, {
      suggestions: ['Did a source change while it was built? Build again.'],
    })
  })
