import {existsSync, readFileSync} from 'node:fs'
import {mkdtemp, rm} from 'node:fs/promises'
import {join} from 'node:path'
import {execa} from 'execa'
import {extract} from 'tar'
import {gpuKindsHere} from '../compute/gpu-presence.ts'
import {EssenceError} from '../kit/errors.ts'
import {findProgram} from '../kit/process/find-program.ts'
import {type Finding, ok, warning} from './finding.ts'

const id = 'llama.cpp build'

/** What compiles llama.cpp for CUDA, each with the package of Debian and Ubuntu that has it. */
const tools = {git: 'git', cmake: 'cmake', make: 'make', 'g++': 'g++', nvcc: 'nvidia-cuda-toolkit'}

/** Where NVIDIA's own installer puts nvcc, which is in no PATH then. */
const cudaBin = '/usr/local/cuda/bin'

export interface LlamaBuildPlace {
  /** The checkout, whose `node_modules` holds the binding. */
  root: string
  /** `process.arch`. */
  arch?: string | undefined
  gpus?: readonly string[] | undefined
  /** Where programs are looked for. Default: PATH, and where CUDA lies. */
  path?: string | undefined
}

const searchPath = (path = `${process.env['PATH'] ?? ''}:${cudaBin}`): string => path

const bindingOf = (root: string): string => join(root, 'node_modules/node-llama-cpp')
const buildOf = (root: string): string => join(bindingOf(root), 'llama/localBuilds/linux-arm64-cuda')

/** Whether this machine is one for which no build with CUDA is published: 64-bit ARM with an NVIDIA GPU, as Jetson and Grace are. */
const isNeeded = ({root, arch = process.arch, gpus = gpuKindsHere()}: LlamaBuildPlace): boolean =>
  arch === 'arm64' && gpus.includes('cuda') && existsSync(bindingOf(root))

/** Packages whose programs are missing. */
const missingTools = async (path: string): Promise<string[]> => {
  const found = await Promise.all(
    Object.entries(tools).map(async ([program, name]) => ((await findProgram([program], path)) ? [] : [name])),
  )
  return found.flat()
}

/** Whether llama.cpp is compiled for this machine's GPU; nothing where a build for it is published. */
export const checkLlamaBuild = async (place: LlamaBuildPlace): Promise<Finding[]> => {
  if (!isNeeded(place)) return []
  if (existsSync(buildOf(place.root))) return [ok(id, 'compiled for CUDA on this machine')]
  const missing = await missingTools(searchPath(place.path))
  const detail = 'the CPU answers: for CUDA on arm64 no build of llama.cpp is published'
  const install = missing.length > 0 ? `sudo apt-get install ${missing.join(' ')}, then: ` : ''
  return [warning(id, detail, `${install}essence doctor --fix (compiles it, once; it takes a while)`)]
}

/**
 * Compiles llama.cpp for CUDA from the sources of the binding, where that is needed and was not done. The sources come from the npm
 * registry: installed packages are without them.
 * @returns whether it did
 * @throws PROGRAM_FAILED (also where a tool is missing), CANCELLED
 */
export const buildLlama = async (place: LlamaBuildPlace, signal: AbortSignal): Promise<boolean> => {
  const path = searchPath(place.path)
  if (!isNeeded(place) || existsSync(buildOf(place.root))) return false
  const missing = await missingTools(path)
  if (missing.length > 0)
    throw new EssenceError('PROGRAM_FAILED', `llama.cpp cannot be compiled here without ${missing.join(', ')}.`, {
      suggestions: [`Install what is missing: sudo apt-get install ${missing.join(' ')}`],
    })
  await compileLlama(bindingOf(place.root), {gpu: 'cuda', path, signal})
  return true
}

/**
 * Compiles the sources of a binding, into its own folder. What it prints goes to stderr.
 * @throws PROGRAM_FAILED, CANCELLED
 */
export const compileLlama = async (
  binding: string,
  {gpu, path, signal}: {gpu: 'cuda' | 'false'; path: string; signal: AbortSignal},
): Promise<void> => {
  const {version} = JSON.parse(readFileSync(join(binding, 'package.json'), 'utf8')) as {version: string}
  const draft = await mkdtemp(join(binding, 'sources-'))
  const run = async (what: string, program: string, args: string[], cwd: string): Promise<void> => {
    const {exitCode} = await execa(program, args, {
      ...{cwd, env: {PATH: path}, cancelSignal: signal, reject: false},
      stdio: ['ignore', process.stderr, process.stderr],
    })
    if (exitCode === 0) return
    throw new EssenceError(signal.aborted ? 'CANCELLED' : 'PROGRAM_FAILED', `${what} failed.`, {
      suggestions: [`Try it by itself, in ${cwd}: ${program} ${args.join(' ')}`],
    })
  }
  const bundle = 'llama/gitRelease.bundle'
  try {
    await run('Getting the sources of llama.cpp', 'npm', ['pack', `node-llama-cpp@${version}`], draft)
    const file = join(draft, `node-llama-cpp-${version}.tgz`)
    await extract({file, cwd: binding, strip: 1, filter: entry => entry === `package/${bundle}`})
    const build = ['dist/cli/cli.js', 'source', 'download', '--gpu', gpu, '--noUsageExample']
    await run('Compiling llama.cpp', process.execPath, build, binding)
  } finally {
    for (const rest of [draft, join(binding, bundle), join(binding, 'llama/llama.cpp')])
      await rm(rest, {recursive: true, force: true})
  }
}
