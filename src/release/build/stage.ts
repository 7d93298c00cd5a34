import {createHash} from 'node:crypto'
import {mkdir, readFile, rename, rm, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import * as z from 'zod'
import {readJson} from '../../kit/write-json.ts'
import {type LockFile, readLockFile} from './lock-file.ts'
import {npm} from './npm.ts'
import {packagesLeftOut} from './packages.ts'
import {pruneLock} from './prune-lock.ts'
import type {BuildTarget, Engine} from './services.ts'

export interface StageOptions {
  checkout: string
  /** Empty folder that becomes the release. */
  folder: string
  target: BuildTarget
  engines: readonly Engine[]
  gpu: 'cpu' | 'cuda' | 'vulkan'
  signal: AbortSignal
}

export const corePackage = '@essence/core'
const coreWorkspace = 'src'
/** They manage and complete a person's command line; on a host they would only let a release be changed. */
const notOnHosts = ['@oclif/plugin-plugins', '@oclif/plugin-autocomplete']

const packageFile = z.looseObject({
  dependencies: z.record(z.string(), z.string()).default({}),
  oclif: z.record(z.string(), z.unknown()).optional(),
})
export type PackageFile = z.infer<typeof packageFile>

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

const readPackage = async (folder: string): Promise<PackageFile> => {
  const found = await readJson(join(folder, 'package.json'), packageFile)
  return found ?? packageFile.parse({})
}

const pick = (from: Record<string, string>, stays: (name: string) => boolean): Record<string, string> =>
  Object.fromEntries(Object.entries(from).filter(([name]) => stays(name)))

const libcOfThisMachine = (): 'glibc' | 'musl' | undefined => {
  if (process.platform !== 'linux') return undefined
  const {header} = process.report.getReport() as {header: {glibcVersionRuntime?: string}}
  return header.glibcVersionRuntime ? 'glibc' : 'musl'
}

/** The package file of the CLI, cut to one service: its plugin by name, and the paths where things lie in a release. */
const releasePackage = (root: PackageFile, dependencies: Record<string, string>, plugins: readonly string[]) => {
  const {devDependencies: _, scripts: __, files: ___, workspaces: ____, overrides: _____, ...rest} = root
  const oclif = JSON.parse(
    JSON.stringify({...rest.oclif, plugins}).replaceAll(`"./${coreWorkspace}/`, `"./node_modules/${corePackage}/`),
  ) as Record<string, unknown>
  return {...rest, oclif, dependencies}
}

/**
 * Installs what a release needs into an empty folder: the pruned lock file, by `npm ci`, and nothing from the checkout's
 * own `node_modules`. Workspaces become folders, as a link would lead out of the release.
 * @returns SHA-256 of the lock file that was installed from, which stays in the folder
 * @throws BUILD_FAILED and what `npm` throws
 */
export const stageDependencies = async (options: StageOptions): Promise<{lockSha256: string; lock: LockFile}> => {
  const {checkout, folder, target, engines, gpu, signal} = options
  const [root, whole, leavesOut] = await Promise.all([
    readPackage(checkout),
    readLockFile(checkout),
    packagesLeftOut(checkout, engines, gpu),
  ])
  const plugins = target.plugins.filter(({workspace}) => workspace)
  const ours = new Set([corePackage, ...plugins.map(({name}) => name)])
  const rootDependencies = pick(
    root.dependencies,
    name => ours.has(name) || !(name.startsWith('@essence/') || notOnHosts.includes(name)),
  )
  const workspaces = [coreWorkspace, ...plugins.map(({workspace}) => workspace ?? '')]
  const lock = pruneLock(whole, {
    rootDependencies,
    workspaces,
    leavesOut,
    platform: {os: process.platform, arch: process.arch, libc: libcOfThisMachine()},
  })
  const lockText = json(lock)
  await writeFile(join(folder, 'package-lock.json'), lockText)
  const names = ['@oclif/plugin-help', ...target.plugins.map(({name}) => name)]
  const cut = releasePackage(root, rootDependencies, names)
  await writeFile(join(folder, 'package.json'), json({...cut, workspaces}))
  for (const workspace of workspaces) {
    const {devDependencies: _, ...found} = await readPackage(join(checkout, workspace))
    await mkdir(join(folder, workspace), {recursive: true})
    const dependencies = pick(found.dependencies, name => !leavesOut(name))
    await writeFile(join(folder, workspace, 'package.json'), json({...found, dependencies}))
  }
  // Which registry, and how it is reached; it does not travel.
  const settings = await readFile(join(checkout, '.npmrc')).catch(() => undefined)
  if (settings) await writeFile(join(folder, '.npmrc'), settings)
  const quietly = ['--no-audit', '--no-fund', '--no-progress', '--loglevel=error', '--no-update-notifier']
  await npm(['ci', '--omit=dev', '--ignore-scripts', '--no-bin-links', '--prefer-offline', ...quietly], folder, signal)
  await rm(join(folder, '.npmrc'), {force: true})
  await rm(join(folder, 'node_modules/.package-lock.json'), {force: true})
  for (const [name, workspace] of [[corePackage, coreWorkspace], ...plugins.map(p => [p.name, p.workspace])]) {
    const place = join(folder, 'node_modules', name ?? '')
    await mkdir(dirname(place), {recursive: true})
    await rm(place, {force: true, recursive: true})
    await rename(join(folder, workspace ?? ''), place)
  }
  await rm(join(folder, 'plugins'), {recursive: true, force: true})
  await writeFile(join(folder, 'package.json'), json(cut))
  return {lockSha256: createHash('sha256').update(lockText).digest('hex'), lock}
}
