import {mkdir, mkdtemp, rename, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {ServicePlugin} from '../services.ts'
import {readLockFile} from './lock-file.ts'
import {installLocked} from './npm.ts'
import {packageJson, pick, readPackage} from './package-file.ts'
import {thisPlatform} from './platform.ts'
import {pruneLock} from './prune-lock.ts'

/** Packages that a plugin gets from the CLI that loads it: one copy of each for all. */
const provided = (name: string): boolean => name.startsWith('@essence/') || name === '@oclif/core'

/**
 * Installs a third party's plugin: its package file, and its own dependencies from its own lock file, below it.
 * @returns a folder to read its bill of materials from, when it has dependencies of its own
 * @throws BUILD_FAILED and what `npm` throws
 */
export const installForeign = async (
  {name, root}: ServicePlugin,
  folder: string,
  signal: AbortSignal,
): Promise<string | undefined> => {
  const {devDependencies: _, scripts: __, ...about} = await readPackage(root)
  const place = join(folder, 'node_modules', name)
  await mkdir(place, {recursive: true})
  await writeFile(join(place, 'package.json'), packageJson(about))
  const dependencies = pick(about.dependencies, one => !provided(one))
  if (Object.keys(dependencies).length === 0) return undefined
  const lock = pruneLock(await readLockFile(root), {
    rootDependencies: dependencies,
    workspaces: [],
    leavesOut: () => false,
    platform: thisPlatform(),
  })
  const work = await mkdtemp(join(folder, '.foreign-'))
  await writeFile(join(work, 'package.json'), packageJson({...about, dependencies, peerDependencies: {}}))
  await writeFile(join(work, 'package-lock.json'), packageJson(lock))
  await installLocked(work, signal)
  await rename(join(work, 'node_modules'), join(place, 'node_modules'))
  await rm(join(place, 'node_modules/.package-lock.json'), {force: true})
  return work
}
