import {createHash} from 'node:crypto'
import {rmSync} from 'node:fs'
import {mkdir, mkdtemp, realpath, rename, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {basename, join} from 'node:path'
import {EssenceError, systemCodeOf} from '../../kit/errors.ts'
import {type ReleaseManifest, releaseManifestSchema} from '../manifest.ts'
import {describeFiles, manifestName} from './contents.ts'
import {writeLauncher} from './launcher.ts'
import {copyOwnFiles} from './own-files.ts'
import {pack} from './pack.ts'
import type {BuildTarget, Engine} from './services.ts'
import type {Sources} from './sources.ts'
import {corePackage, stageDependencies} from './stage.ts'

/** Steps of a build in their order; progress speaks of them by these names. */
export const buildSteps = ['install', 'copy', 'hash', 'pack'] as const
export type BuildStep = (typeof buildSteps)[number]

export interface BuildOptions {
  checkout: string
  target: BuildTarget
  engines: readonly Engine[]
  gpu: ReleaseManifest['gpu']
  sources: Sources
  version: string
  /** As in package.json: `>=22.19`. */
  nodeRange: string
  /** Where the tarball is to lie. */
  destination: string
  signal: AbortSignal
  onStep: (step: BuildStep) => void
}

export interface Built {
  path: string
  sha256: string
  size: number
  manifest: ReleaseManifest
}

/** `20261126-141548`, UTC. */
const compactTime = (date: Date): string =>
  date
    .toISOString()
    .replace(/[-:]|\..*$/g, '')
    .replace('T', '-')

/** An empty folder for the work, gone afterwards whatever happens, also when the process is ended in between. */
const withStage = async <T>(work: (folder: string) => Promise<T>): Promise<T> => {
  const folder = await mkdtemp(join(await realpath(tmpdir()), 'essence-build-'))
  const atExit = (): void => rmSync(folder, {recursive: true, force: true})
  process.once('exit', atExit)
  try {
    return await work(folder)
  } finally {
    await rm(folder, {recursive: true, force: true})
    process.off('exit', atExit)
  }
}

const writeManifest = async (folder: string, unnamed: Omit<ReleaseManifest, 'build'>, date: Date) => {
  const digest = createHash('sha256').update(JSON.stringify(unnamed)).digest('hex')
  const {format, service, version, ...rest} = unnamed
  const build = `${compactTime(date)}-${digest.slice(0, 8)}`
  const manifest = releaseManifestSchema.parse({format, service, version, build, ...rest})
  await writeFile(join(folder, manifestName), `${JSON.stringify(manifest, null, 1)}\n`)
  return manifest
}

/**
 * Builds one release.
 * @throws BUILD_FAILED, PROGRAM_MISSING, REMOTE_UNREACHABLE, DIGEST_MISMATCH, DISK_FULL, CANCELLED
 */
export const buildRelease = (options: BuildOptions): Promise<Built> =>
  withStage(async folder => {
    const {checkout, target, engines, gpu, sources, version, nodeRange, destination, signal, onStep} = options
    onStep('install')
    const {lockSha256} = await stageDependencies({checkout, folder, target, engines, gpu, signal})
    onStep('copy')
    await copyOwnFiles(checkout, folder)
    await copyOwnFiles(join(checkout, 'src'), join(folder, 'node_modules', corePackage))
    for (const {name, root} of target.plugins) await copyOwnFiles(root, join(folder, 'node_modules', name))
    await writeLauncher(checkout, folder, {target, range: nodeRange, bundled: undefined})
    onStep('hash')
    const files = await describeFiles(folder, signal)
    const manifest = await writeManifest(
      folder,
      {
        format: 1,
        service: target.service,
        version,
        ...(sources.commit ? {commit: sources.commit} : {}),
        dirty: sources.dirty,
        platform: {os: process.platform, arch: process.arch},
        gpu,
        command: target.command,
        handover: target.handover,
        ports: target.ports,
        node: {range: nodeRange},
        lockFile: {sha256: lockSha256},
        files,
      },
      sources.date,
    )
    onStep('pack')
    const partial = `${destination}.partial`
    try {
      const prefix = `june-${target.service}`
      const packed = await pack(folder, files, {prefix, date: sources.date, destination: partial, signal})
      await rename(partial, destination)
      await writeFile(`${destination}.sha256`, `${packed.sha256}  ${basename(destination)}\n`)
      return {path: destination, ...packed, manifest}
    } finally {
      await rm(partial, {force: true})
    }
  }).catch(error => {
    if (options.signal.aborted) throw options.signal.reason
    if (systemCodeOf(error) !== 'ENOSPC') throw error
    throw new EssenceError('DISK_FULL', 'The disk became full during the build; nothing was left behind.', {
      cause: error,
      suggestions: ['Free some space, or let TMPDIR name a folder on a disk that has 2 GB.'],
    })
  })

/** `june-telegram-20261126T141548Z.tar.gz`, in a folder that is made. */
export const tarballPath = async (folder: string, service: string, now = new Date()): Promise<string> => {
  await mkdir(folder, {recursive: true})
  const time = now.toISOString().replace(/[-:]|\.\d+/g, '')
  return join(folder, `june-${service}-${time}.tar.gz`)
}
