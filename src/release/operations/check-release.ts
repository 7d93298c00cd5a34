import {access, constants, stat} from 'node:fs/promises'
import {isAbsolute, join} from 'node:path'
import * as z from 'zod'
import {type ErrorCode, EssenceError, systemCodeOf, throwIfCancelled} from '../../kit/errors.ts'
import {type Ran, runProgram} from '../../kit/process/run-program.ts'
import {redact} from '../../kit/secret.ts'
import type {HostEvent} from '../host/events.ts'
import type {ReleaseManifest} from '../manifest.ts'
import {serviceEnvironment} from '../supervisor/process/service-environment.ts'

/** ms a release may take to say what it is asked. */
const timeoutMs = 60_000
/** Lines shown of what went wrong. */
const shownLines = 50

export interface CheckContext {
  onEvent: (event: HostEvent) => void
  signal?: AbortSignal | undefined
}

/** Loads the CLI of the release as it will run, and the module of the service's command; prints how many there are. */
const listCommands = `
import {Config} from '@oclif/core'
const config = await Config.load({root: process.cwd()})
await config.findCommand(process.argv[1], {must: true}).load()
process.stdout.write(JSON.stringify({commands: config.commandIDs.length}))
`

const countSchema = z.object({commands: z.int().positive()})

/** JSON in what a program wrote, also behind a line that says something else. */
const jsonIn = <T extends z.ZodType>(text: string, schema: T): z.output<T> | undefined => {
  try {
    return schema.safeParse(JSON.parse(text.slice(text.indexOf('{')))).data
  } catch {
    return undefined
  }
}

const linesOf = ({stdout, stderr}: Ran): string[] =>
  `${stdout}\n${stderr}`.split('\n').filter(line => line.trim() !== '')

const showLines = (ran: Ran, {onEvent}: CheckContext): void =>
  onEvent({type: 'log', lines: linesOf(ran).slice(-shownLines).map(redact)})

/** The Node.js a release runs on: the one it brings, else the one at hand. */
const nodeOf = (folder: string, {node}: ReleaseManifest): string =>
  node.bundled === undefined ? process.execPath : join(folder, node.bundled)

/**
 * Whether the release's code loads on this machine and has the command it is to be run with.
 * @returns what to say of it
 * @throws RELEASE_UNFIT; CANCELLED
 */
export const checkCommands = async (
  folder: string,
  manifest: ReleaseManifest,
  context: CheckContext,
): Promise<string> => {
  throwIfCancelled(context.signal)
  const command = manifest.command.filter(part => !part.startsWith('-')).join(':')
  // As run.sh has it: plugins that a person of this machine linked are not of this release.
  const env = {...serviceEnvironment({name: command, envFile: undefined}), ESSENCE_DATA_DIR: join(folder, 'plugins')}
  const args = ['--input-type=module', '--eval', listCommands, '--', command]
  const ran = await runProgram(nodeOf(folder, manifest), args, {cwd: folder, env, timeoutMs, signal: context.signal})
  const count = ran.failure === undefined ? jsonIn(ran.stdout, countSchema) : undefined
  if (count) return `${count.commands} commands`
  showLines(ran, context)
  throw new EssenceError(
    'RELEASE_UNFIT',
    `The code of ${manifest.build} does not load on this machine, or has no command ${command}: it ${ran.failure ?? 'said nothing'}.`,
    {
      suggestions: [
        'The lines above say why.',
        `Build it on a machine like this one: essence build ${manifest.service}`,
      ],
    },
  )
}

/**
 * @throws CONFIG_INVALID when it is not a file that can be read
 */
export const requireEnvFile = async (path: string): Promise<void> => {
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
  const ran = await runProgram('/bin/sh', ['-n', envFile], {cwd: '/', env: {}, timeoutMs, signal})
  if (ran.failure === undefined) return
  // Its own words may show the line, and so a secret.
  const [, line] = /: (?:line )?(\d+):/.exec(linesOf(ran).join('\n')) ?? []
  const where = line === undefined ? '' : `, at line ${line} or before`
  throw new EssenceError('CONFIG_INVALID', `No shell can read the environment file ${envFile}${where}.`, {
    suggestions: [`See for yourself: sh -n ${envFile}`],
  })
}

const envelopeSchema = z.object({
  ok: z.boolean(),
  error: z
    .object({
      code: z.string().default('CONFIG_INVALID'),
      message: z.string(),
      suggestions: z.array(z.string()).default([]),
    })
    .optional(),
})

/**
 * Whether the release's own `run.sh` finds everything, and its settings are valid in the environment it will have.
 * @returns what to say of it
 * @throws CONFIG_INVALID; RELEASE_UNFIT when it does not run at all; CANCELLED
 */
export const checkEnvironment = async (
  folder: string,
  manifest: ReleaseManifest,
  envFile: string | undefined,
  context: CheckContext,
): Promise<string> => {
  throwIfCancelled(context.signal)
  if (envFile !== undefined) await requireEnvFile(envFile)
  const env = serviceEnvironment({name: 'config', envFile})
  const ran = await runProgram(join(folder, 'run.sh'), ['--json'], {
    cwd: folder,
    env,
    timeoutMs,
    signal: context.signal,
  })
  const envelope = jsonIn(ran.stdout, envelopeSchema)
  if (envelope?.ok) return envFile ?? 'no ENV_SH: every setting at its default'
  if (envelope?.error) {
    const code: ErrorCode = envelope.error.code === 'CONFIG_INVALID' ? 'CONFIG_INVALID' : 'RELEASE_UNFIT'
    throw new EssenceError(code, envelope.error.message, {suggestions: envelope.error.suggestions})
  }
  if (envFile !== undefined) await requireShell(envFile, context)
  showLines(ran, context)
  throw new EssenceError(
    'RELEASE_UNFIT',
    `run.sh of ${manifest.build} does not run on this machine: it ${ran.failure ?? 'gave no answer'}.`,
    {suggestions: ['The lines above say why.']},
  )
}
