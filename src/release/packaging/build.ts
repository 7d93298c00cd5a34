import {rename, rm, writeFile} from 'node:fs/promises'
import {basename, join} from 'node:path'
import {EssenceError, systemCodeOf} from '../../kit/errors.ts'
import type {Engine} from '../engine-names.ts'
import type {ReleaseManifest} from '../manifest.ts'
import type {StepEvent} from '../step-event.ts'
import {checkStarts} from './check/check-stage.ts'
import {scanForSecrets} from './check/scan-secrets.ts'
import {writeLauncher} from './collect/launcher.ts'
import {copyOwnFiles} from './collect/own-files.ts'
import {writeCommandManifest} from './collect/plugin-commands.ts'
import {addRuntime} from './collect/runtime.ts'
import {installForeign} from './npm/install-foreign.ts'
import {cutFiles, describeFiles, type ReleaseFile} from './pack/contents.ts'
import {besideTarball} from './pack/keep-builds.ts'
import {pack} from './pack/pack.ts'
import {billOfMaterials, mergedBill, sbomName} from './pack/sbom.ts'
import {writeManifest} from './pack/write-manifest.ts'
import type {BuildTarget} from './services.ts'
import type {Sources} from './sources.ts'
import {corePackage, installStage, lockName, settleStage, writeStage} from './stage.ts'
import {withStageFolder} from './stage-folder.ts'

/** Steps of one build, with what is shown of each. */
export const buildSteps = {
  install: 'Install packages from the lock file',
  code: 'Add the compiled code',
  secrets: 'Look for secrets',
  files: 'Digest every file',
  start: 'Start its CLI',
  pack: 'Pack',
} as const
export type BuildStep = keyof typeof buildSteps

export interface BuildOptions {
  checkout: string
  target: BuildTarget
  engines: readonly Engine[]
  gpu: ReleaseManifest['gpu']
  withNode: boolean
  sources: Sources
  version: string
  /** Of Node.js, as in package.json: `>=22.19`. */
  nodeRange: string
  /** Where the tarball is to lie. */
  destination: string
  signal: AbortSignal
  onStep: (event: StepEvent<BuildStep>) => void
}

export interface Built {
  path: string
  /** Hex, of the tarball. */
  sha256: string
  /** Bytes of the tarball. */
  size: number
  /** Packages of the registry. */
  packages: number
  manifest: ReleaseManifest
}

type DoStep = <T>(step: BuildStep, work: (say: (detail: string) => void) => Promise<T>) => Promise<T>

const stepsOf =
  (onStep: BuildOptions['onStep']): DoStep =>
  async (step, work) => {
    const started = performance.now()
    let detail: string | undefined
    onStep({step, state: 'started'})
    try {
      const result = await work(text => {
        detail = text
      })
      onStep({step, state: 'done', detail, ms: performance.now() - started})
      return result
    } catch (error) {
      onStep({step, state: 'failed'})
      throw error
    }
  }

/** Everything of the registry. */
const install = async (folder: string, options: BuildOptions) => {
  const {checkout, target, engines, gpu, withNode, signal} = options
  const stage = await writeStage({checkout, folder, target, engines, gpu})
  const foreignPlugins = target.plugins.filter(({workspace}) => !workspace)
  // The work of npm is mostly waiting for the disk and for its own start.
  const [, runtime, sbom] = await Promise.all([
    installStage(checkout, folder, signal),
    withNode ? addRuntime(checkout, folder, signal) : undefined,
    billOfMaterials(folder, signal),
  ])
  await settleStage(folder, stage, target)
  const boms = [sbom]
  for (const plugin of foreignPlugins) {
    const work = await installForeign(plugin, folder, signal)
    if (!work) continue
    boms.push(await billOfMaterials(work, signal))
    await rm(work, {recursive: true, force: true})
  }
  return {stage, runtime, boms}
}

/** What is written into a release, out of files of ours. */
const writtenFiles = ({plugins}: BuildTarget): string[] => [
  ...['package.json', lockName, sbomName, `node_modules/${corePackage}/package.json`],
  ...plugins.flatMap(({name, workspace}) =>
    ['package.json', ...(workspace ? [] : ['oclif.manifest.json'])].map(file => `node_modules/${name}/${file}`),
  ),
]

const build = async (folder: string, options: BuildOptions): Promise<Built> => {
  const {checkout, target, gpu, sources, version, nodeRange, destination, signal} = options
  const doStep = stepsOf(options.onStep)

  const {stage, runtime, boms} = await doStep('install', async say => {
    const installed = await install(folder, options)
    say(`${installed.stage.packages} packages`)
    return installed
  })
  const own = await doStep('code', async () => {
    const copied = await copyOwnFiles(checkout, folder, target)
    for (const {name, root, workspace} of target.plugins) {
      if (!workspace) await writeCommandManifest(root, join(folder, 'node_modules', name))
    }
    await writeLauncher(checkout, folder, {target, range: nodeRange, bundled: runtime?.path})
    const bill = mergedBill(boms, `june-${target.service}`, runtime)
    await writeFile(join(folder, sbomName), bill)
    await writeFile(`${destination}.cdx.json`, bill)
    await cutFiles(folder, new Set(copied))
    return copied
  })
  await doStep('secrets', () => scanForSecrets(folder, [...new Set([...own, ...writtenFiles(target)])], signal))
  const files = await doStep('files', async say => {
    const described = await describeFiles(folder, signal)
    say(`${described.length} files`)
    return described
  })
  const manifest = await writeManifest(
    folder,
    {
      format: 1,
      service: target.service,
      version,
      commit: sources.commit,
      dirty: sources.dirty,
      platform: {os: process.platform, arch: process.arch},
      gpu,
      command: target.command,
      handover: target.handover,
      ports: target.ports,
      requires: target.requires,
      node: {range: nodeRange, bundled: runtime?.path},
      lockFile: {sha256: stage.lockSha256},
      files,
    },
    sources.date,
  )
  await doStep('start', () => checkStarts(folder, target.service, signal))
  const packed = await doStep('pack', async say => {
    const result = await write(folder, files, options)
    say(`${(result.size / 1e6).toFixed(1)} MB`)
    return result
  })
  return {path: destination, packages: stage.packages, manifest, ...packed}
}

const partialOf = (destination: string): string => `${destination}.partial`

const write = (folder: string, files: readonly ReleaseFile[], options: BuildOptions) => {
  const {sources, target, signal, onStep} = options
  const bytes = files.reduce((sum, {size}) => sum + size, 0)
  let told = -1
  const onBytes = (done: number): void => {
    const percent = Math.floor((done / bytes) * 100)
    if (percent > told && percent < 100) onStep({step: 'pack', state: 'progress', detail: `${percent} %`})
    told = Math.max(told, percent)
  }
  const destination = partialOf(options.destination)
  return pack(folder, files, {prefix: `june-${target.service}`, date: sources.date, destination, signal, onBytes})
}

/**
 * Builds one release in an empty folder. The tarball comes into being last, whole, with what is to lie beside it.
 * @param approve looks at the release, and may lay something beside it, before it has its name: should it throw, there is none
 * @throws BUILD_FAILED, SECRET_FOUND, PROGRAM_MISSING, REMOTE_UNREACHABLE, DIGEST_MISMATCH, DISK_FULL, CANCELLED
 */
export const buildRelease = async (
  options: BuildOptions,
  approve: (built: Built) => Promise<void> = async () => {},
): Promise<Built> => {
  const {destination, signal} = options
  const partial = partialOf(destination)
  try {
    const built = await withStageFolder(folder => build(folder, options))
    await approve(built)
    await writeFile(`${destination}.sha256`, `${built.sha256}  ${basename(destination)}\n`)
    await rename(partial, destination)
    return built
  } catch (error) {
    for (const ending of besideTarball) await rm(destination + ending, {force: true})
    if (signal.aborted) throw signal.reason
    if (systemCodeOf(error) !== 'ENOSPC') throw error
    throw new EssenceError('DISK_FULL', 'The disk became full during the build; nothing was left behind.', {
      cause: error,
      suggestions: ['Free some space, or let TMPDIR name a folder on a disk that has 2 GB.'],
    })
  } finally {
    await rm(partial, {force: true})
  }
}
