import {existsSync} from 'node:fs'
import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {execa} from 'execa'
import {gpuKindsHere} from '../compute/gpu-presence.ts'
import {EssenceError} from '../kit/errors.ts'
import {type Finding, ok, warning} from './finding.ts'

const id = 'GPU builds'

/**
 * Kinds of GPU that are here while the engines' builds for them are not; undefined where setup keeps no record: in a
 * release, and in a checkout in which everything was installed.
 */
const missingKinds = async (checkout: string, here: readonly string[]): Promise<string[] | undefined> => {
  const record = await readFile(join(checkout, '.essence/installed'), 'utf8').catch(() => '')
  const [profile, ...installed] = record.trim().split(' ')
  return profile ? here.filter(kind => !installed.includes(kind)) : undefined
}

/** Whether the engines' builds for the GPUs of this machine are installed; nothing where there is no GPU. */
export const checkGpuBuilds = async (
  checkout: string,
  here: readonly string[] = gpuKindsHere(),
): Promise<Finding[]> => {
  const missing = await missingKinds(checkout, here)
  if (here.length === 0 || missing === undefined) return []
  if (missing.length === 0) return [ok(id, here.join(', '))]
  return [
    warning(id, `not installed, while a GPU is here: ${missing.join(', ')}`, 'Install them: essence doctor --fix'),
  ]
}

/**
 * Installs the builds for the GPUs that are here, where they are missing.
 * @returns their kinds
 * @throws PROGRAM_FAILED, CANCELLED
 */
export const installGpuBuilds = async (
  checkout: string,
  signal: AbortSignal,
  here: readonly string[] = gpuKindsHere(),
): Promise<string[]> => {
  const missing = (await missingKinds(checkout, here)) ?? []
  const script = join(checkout, 'bin/setup.sh')
  if (missing.length === 0 || !existsSync(script)) return []
  const {exitCode} = await execa('sh', [script, 'install'], {
    stdio: ['ignore', process.stderr, process.stderr],
    cancelSignal: signal,
    reject: false,
  })
  if (exitCode === 0) return missing
  throw new EssenceError(signal.aborted ? 'CANCELLED' : 'PROGRAM_FAILED', 'The GPU builds could not be installed.', {
    suggestions: ['Try it by itself: sh bin/setup.sh install'],
  })
}
