import {access, constants, stat} from 'node:fs/promises'
import {isAbsolute} from 'node:path'
import {EssenceError, systemCodeOf, throwIfCancelled} from '../../kit/errors.ts'
import {runProgram} from '../../kit/process/run-program.ts'
import type {HostEvent} from '../host/events.ts'
import type {ReleaseManifest} from '../manifest.ts'
import {serviceEnvironment} from '../supervisor/process/service-environment.ts'

/** ms a program may take to say what it is asked. */
export const timeoutMs = 60_000

export interface CheckContext {
  onEvent: (event: HostEvent) => void
  signal?: AbortSignal | undefined
}

/**
 * @throws CONFIG_INVALID when it is not a file that can be read
 */
const requireEnvFile = async (path: string): Promise<void> => {
  const wrong = (why: string, cause?: unknown): EssenceError =>
    new EssenceError('CONFIG_INVALID', `The environment file ${path} ${why}.`, {
      cause,
      suggestions: ['Name a file of NAME=value lines on the machine of the service: --env-sh /etc/june.env'],
    })
  if (!isAbsolute(path)) throw wrong('is not an absolute path')
  try {
    if (!(await stat(path)).isFile()) throw wrong('is not a file')
    await access(path, constants.R_OK)
  } catch (error) {
    const code = systemCodeOf(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') throw wrong('does not exist', error)
    if (code === 'EACCES') throw wrong('may not be read by this user', error)
    throw error
  }
}

/** What a shell ends at, as a quote that is not closed, ends run.sh before it can say anything. */
const requireShell = async (envFile: string, {signal}: CheckContext): Promise<void> => {
  const {failure, stdout, stderr} = await runProgram('/bin/sh', ['-n', envFile], {cwd: '/', env: {}, timeoutMs, signal})
  if (failure === undefined) return
  // Its own words may show the line, and so a secret.
  const [, line] = /: (?:line )?(\d+):/.exec(`${stdout}\n${stderr}`) ?? []
  const where = line === undefined ? '' : `, at line ${line} or before`
  throw new EssenceError('CONFIG_INVALID', `No shell can read the environment file ${envFile}${where}.`, {
    suggestions: [`See for yourself: sh -n ${envFile}`],
  })
}

/** Sources the environment file as run.sh does, and names the variables that are not set after it; never what one holds. */
const unsetScript = `
if [ -n "\${ENV_SH:-}" ]; then set -a; . "$ENV_SH" >/dev/null 2>&1; fi
for name do eval "value=\\\${$name:-}"; [ -n "$value" ] || echo "unset $name"; done
echo looked`

const unsetSettings = async (
  requires: readonly string[],
  envFile: string | undefined,
  {signal}: CheckContext,
): Promise<string[]> => {
  const env = serviceEnvironment({name: 'config', envFile})
  const {stdout} = await runProgram('/bin/sh', ['-c', unsetScript, 'sh', ...requires], {
    cwd: '/',
    env,
    timeoutMs,
    signal,
  })
  const lines = stdout.split('\n')
  // A file that ends the shell it is sourced by is seen by run.sh.
  return lines.includes('looked') ? requires.filter(name => lines.includes(`unset ${name}`)) : []
}

/**
 * What can be said of a service's settings without its release: the environment file is there, a shell can read it, and the
 * settings the service does not start without are set.
 * @returns what to say of it
 * @throws CONFIG_INVALID; CANCELLED
 */
export const checkSettings = async (
  {service, requires}: Pick<ReleaseManifest, 'service' | 'requires'>,
  envFile: string | undefined,
  context: CheckContext,
): Promise<string> => {
  throwIfCancelled(context.signal)
  if (envFile !== undefined) {
    await requireEnvFile(envFile)
    await requireShell(envFile, context)
  }
  const unset = requires.length > 0 ? await unsetSettings(requires, envFile, context) : []
  if (unset.length === 0) return envFile ?? 'no ENV_SH: every setting at its default'
  const names = unset.join(' and ')
  if (envFile !== undefined) {
    throw new EssenceError('CONFIG_INVALID', `${service} needs ${names}, which ${envFile} does not set.`, {
      suggestions: [`Write into that file a line for each: ${unset[0]}=VALUE`],
    })
  }
  throw new EssenceError('CONFIG_INVALID', `${service} needs ${names}, and no environment file is named.`, {
    suggestions: [
      `Write ${unset[0]}=VALUE into a file on the machine of the service that only its user may read (chmod 600).`,
      'Name that file by its absolute path, once: --env-sh FILE',
    ],
  })
}
