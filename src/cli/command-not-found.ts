import {Errors, type Hook} from '@oclif/core'
import {errorTable} from '../kit/errors.ts'
import {nearest} from '../kit/nearest.ts'
import type {Envelope} from './base-command.ts'

/** Says what was probably meant, on a terminal and off it; plugin-not-found only asks, and only on a terminal. */
const commandNotFound: Hook<'command_not_found'> = async ({argv, config, id}) => {
  const known = config.commands.filter(({hidden}) => !hidden).flatMap(({id, aliases}) => [id, ...aliases])
  const names = known.map(name => name.replaceAll(':', ' '))
  const spoken = id.replaceAll(':', ' ')
  // oclif cannot know where an unknown command ends and its arguments begin: `sya hello`, `confg STT_MODEL`.
  const words = [...spoken.split(' '), ...(argv ?? []).filter(arg => !arg.startsWith('-'))]
  const tried = words.map((_, index) => words.slice(0, words.length - index).join(' '))
  const suggestion = tried.map(text => nearest(text, names)).find(Boolean)
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
