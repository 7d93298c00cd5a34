import {Errors, type Hook} from '@oclif/core'
import type {Envelope} from './base-command.ts'
import {errorTable} from './errors.ts'
import {nearest} from './nearest.ts'

/** Says what was probably meant, on a terminal and off it; plugin-not-found only asks, and only on a terminal. */
const commandNotFound: Hook<'command_not_found'> = async ({argv, config, id}) => {
  const known = [...config.commandIDs, ...config.commands.flatMap(command => command.aliases)]
  const spoken = id.replaceAll(':', ' ')
  // `essence model list` reaches us as `model:list`, but `essence sya hello` as `sya` with `hello` in argv.
  const tried = [spoken, [spoken, ...(argv ?? []).filter(arg => !arg.startsWith('-'))].join(' ')]
  const suggestion = tried
    .map(text =>
      nearest(
        text,
        known.map(command => command.replaceAll(':', ' ')),
      ),
    )
    .find(Boolean)
  const exit = errorTable.UNKNOWN_COMMAND.exit
  const message = `essence has no command "${spoken}".`
  const suggestions = [
    ...(suggestion ? [`Did you mean: ${config.bin} ${suggestion}`] : []),
    `See all commands: ${config.bin} help`,
  ]
  if (process.argv.includes('--json')) {
    const error = {code: 'UNKNOWN_COMMAND', message, exit, suggestions}
    const envelope: Envelope = {ok: false, command: spoken, data: null, warnings: [], error}
    process.stdout.write(`${JSON.stringify(envelope, null, 2)}\n`)
    throw new Errors.ExitError(exit)
  }
  // oclif swallows a plain Error thrown by a hook; only its own errors, with an exit code, end the program.
  throw new Errors.CLIError(message, {exit, code: 'UNKNOWN_COMMAND', suggestions})
}

export default commandNotFound
