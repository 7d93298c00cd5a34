import {join} from 'node:path'
import * as z from 'zod'
import {type ErrorCode, EssenceError, throwIfCancelled} from '../../kit/errors.ts'
import {type Ran, runProgram} from '../../kit/process/run-program.ts'
import {redact} from '../../kit/secret.ts'
import type {ReleaseManifest} from '../manifest.ts'
import {serviceEnvironment} from '../supervisor/process/service-environment.ts'
import {type CheckContext, checkSettings, timeoutMs} from './check-settings.ts'

/** Lines shown of what went wrong. */
const shownLines = 50

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
  const found = await checkSettings(manifest, envFile, context)
  const env = serviceEnvironment({name: 'config', envFile})
  const ran = await runProgram(join(folder, 'run.sh'), ['--json'], {
    cwd: folder,
    env,
    timeoutMs,
    signal: context.signal,
  })
  const envelope = jsonIn(ran.stdout, envelopeSchema)
  if (envelope?.ok) return found
  if (envelope?.error) {
    const code: ErrorCode = envelope.error.code === 'CONFIG_INVALID' ? 'CONFIG_INVALID' : 'RELEASE_UNFIT'
    throw new EssenceError(code, envelope.error.message, {suggestions: envelope.error.suggestions})
  }
  showLines(ran, context)
  throw new EssenceError(
    'RELEASE_UNFIT',
    `run.sh of ${manifest.build} does not run on this machine: it ${ran.failure ?? 'gave no answer'}.`,
    {suggestions: ['The lines above say why.']},
  )
}
