import {createHash} from 'node:crypto'
import {mkdir, readFile, rename, rm, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import type {Engine} from '../engine-names.ts'
import type {ReleaseManifest} from '../manifest.ts'
import {readLockFile} from './npm/lock-file.ts'
import {installLocked} from './npm/npm.ts'
import {type PackageFile, packageJson, pick, readPackage} from './npm/package-file.ts'
import {packagesLeftOut} from './npm/packages.ts'
import {thisPlatform} from './npm/platform.ts'
import {pruneLock} from './npm/prune-lock.ts'
import type {BuildTarget} from './services.ts'

export interface StageOptions {
  checkout: string
  /** Empty folder that becomes the release. */
  folder: string
  target: BuildTarget
  engines: readonly Engine[]
  gpu: ReleaseManifest['gpu']
}

export interface Stage {
  /** SHA-256 of the lock file that is installed from, and travels. */
  lockSha256: string
  /** Packages of the registry. */
  packages: number
  /** Name and folder, inside the release, of each package of ours while npm works; then they move into node_modules. */
  ours: {name: string; workspace: string}[]
}

export const corePackage = '@essence/core'
const coreWorkspace = 'src'
/** They manage and complete a person's command line; on a host they would only let a release be changed. */
const notOnHosts = ['@oclif/plugin-plugins', '@oclif/plugin-autocomplete']
export const lockName = 'package-lock.json'

/** The package file of the CLI, cut to one service: its plugins by name, and the paths where things lie in a release. */
const releasePackage = (root: PackageFile, dependencies: Record<string, string>, plugins: readonly string[]) => {
  const {devDependencies: _, scripts: __, files: ___, workspaces: ____, overrides: _____, ...rest} = root
  const oclif: unknown = JSON.parse(
    JSON.stringify({...rest.oclif, plugins}).replaceAll(`"./${coreWorkspace}/`, `"./node_modules/${corePackage}/`),
  )
  return {...rest, oclif, dependencies}
}

/**
 * Writes what npm installs a release from into an empty folder: package files with production dependencies alone, and
 * the part of the lock file they reach.
 * @throws BUILD_FAILED
 */
export const writeStage = async ({checkout, folder, target, engines, gpu}: StageOptions): Promise<Stage> => {
  const [root, whole, leavesOut] = await Promise.all([
    readPackage(checkout),
    readLockFile(checkout),
    packagesLeftOut(checkout, engines, gpu),
  ])
  const own = target.plugins.flatMap(({name, workspace}) => (workspace ? [{name, workspace}] : []))
  const ours = [{name: corePackage, workspace: coreWorkspace}, ...own]
  const dependencies = pick(
    root.dependencies,
    name => ours.some(one => one.name === name) || !(name.startsWith('@essence/') || notOnHosts.includes(name)),
  )
  const workspaces = ours.map(({workspace}) => workspace)
  const lock = pruneLock(whole, {rootDependencies: dependencies, workspaces, leavesOut, platform: thisPlatform()})
  const lockText = packageJson(lock)
  await writeFile(join(folder, lockName), lockText)
  // A third party's plugin comes by itself, so npm must not look for it.
  const names = ['@oclif/plugin-help', ...target.plugins.map(({name}) => name)]
  await writeFile(join(folder, 'package.json'), packageJson({...releasePackage(root, dependencies, names), workspaces}))
  for (const workspace of workspaces) {
    const {devDependencies: _, scripts: __, ...found} = await readPackage(join(checkout, workspace))
    await mkdir(join(folder, workspace), {recursive: true})
    const kept = pick(found.dependencies, name => !leavesOut(name))
    await writeFile(join(folder, workspace, 'package.json'), packageJson({...found, dependencies: kept}))
  }
  return {
    lockSha256: createHash('sha256').update(lockText).digest('hex'),
    packages: Object.keys(lock.packages).length - 1 - 2 * ours.length,
    ours,
  }
}

/**
 * Installs into a folder of `writeStage` by `npm ci`: nothing of the checkout's own `node_modules` is used.
 * @throws what `npm` throws
 */
export const installStage = async (checkout: string, folder: string, signal: AbortSignal): Promise<void> => {
  // Which registry, and how it is reached; it does not travel.
  const settings = await readFile(join(checkout, '.npmrc')).catch(() => undefined)
  if (settings) await writeFile(join(folder, '.npmrc'), settings)
  await installLocked(folder, signal)
  await rm(join(folder, '.npmrc'), {force: true})
}

/** Packages of ours become folders in `node_modules`: npm makes links of them, and a link would lead out of the release. */
export const settleStage = async (folder: string, {ours}: Stage, target: BuildTarget): Promise<void> => {
  await rm(join(folder, 'node_modules/.package-lock.json'), {force: true})
  for (const {name, workspace} of ours) {
    const place = join(folder, 'node_modules', name)
    await mkdir(dirname(place), {recursive: true})
    await rm(place, {force: true, recursive: true})
    await rename(join(folder, workspace), place)
  }
  await rm(join(folder, 'plugins'), {recursive: true, force: true})
  const {workspaces: _, ...rest} = await readPackage(folder)
  // By name, so that oclif finds them: it takes plugins from the dependencies only.
  const foreign = target.plugins.filter(({workspace}) => !workspace).map(({name}) => [name, '*'])
  const dependencies = {...rest.dependencies, ...Object.fromEntries(foreign)}
  await writeFile(join(folder, 'package.json'), packageJson({...rest, dependencies}))
}
