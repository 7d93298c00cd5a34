import {Errors, type Hook, type Interfaces} from '@oclif/core'
import {type ErrorCode, errorTable} from '../kit/errors.ts'
import {nearest} from '../kit/nearest.ts'
import type {Envelope} from './base-command.ts'
import {showProblem} from './problem-text.ts'

interface Refusal {
  code: ErrorCode
  message: string
  suggestions: string[]
}

/** Says what was probably meant, on a terminal and off it; plugin-not-found only asks, and only on a terminal. */
const commandNotFound: Hook<'command_not_found'> = async ({argv = [], config, id}) => {
  const spoken = id.replaceAll(':', ' ')
  const refusal = superfluous(spoken, config) ?? unknown(spoken, argv, config)
  const {code, message, suggestions} = refusal
  const {exit} = errorTable[code]
  if (process.argv.includes('--json')) {
    const error = {code, message, exit, suggestions}
    const envelope: Envelope = {ok: false, command: spoken, data: null, warnings: [], error}
    process.stdout.write(`${JSON.stringify(envelope, null, 2)}\n`)
  } else showProblem({kind: 'Error', ...refusal})
  // oclif swallows a plain Error thrown by a hook; only its own errors, with an exit code, end the program.
  throw new Errors.ExitError(exit)
}

const shown = ({commands}: Interfaces.Config) => commands.filter(({hidden}) => !hidden)

/** Words behind a command that takes none, or the value of a flag in the place of a command: `models list tts`, `models tts`. */
const superfluous = (spoken: string, config: Interfaces.Config): Refusal | undefined => {
  const words = spoken.split(' ')
  const begins = (length: number): string => words.slice(0, length).join(':')
  const length = words.findLastIndex((_, at) => config.findCommand(begins(at)) || config.findTopic(begins(at)))
  if (length < 1) return undefined
  const [name, rest] = [begins(length), words.slice(length)]
  const command = config.findCommand(name)
  const fitting = shown(config)
    .filter(({id}) => (command ? id === name : id.startsWith(`${name}:`)))
    .flatMap(({id, flags}) =>
      Object.entries(flags)
        .filter(([, flag]) => flag.type === 'option' && rest.every(word => flag.options?.includes(word)))
        .map(([flag]) => `Did you mean: ${config.bin} ${id.replaceAll(':', ' ')} --${flag} ${rest[0]}`),
    )
  if (!command && fitting.length === 0) return undefined
  const title = `${config.bin} ${name.replaceAll(':', ' ')}`
  const [word] = rest
  const message = command ? `${title} takes no "${rest.join(' ')}".` : `${title} has no command "${word}".`
  return {code: 'USAGE', message, suggestions: [...fitting, `See what it takes: ${title} --help`]}
}

const unknown = (spoken: string, argv: readonly string[], config: Interfaces.Config): Refusal => {
  const commands = shown(config).flatMap(({id, aliases}) => [id, ...aliases])
  const names = [...commands, ...config.topics.map(({name}) => name)].map(name => name.replaceAll(':', ' '))
  // oclif cannot know where an unknown command ends and its arguments begin: `sya hello`, `confg STT_MODEL`.
  const words = [...spoken.split(' '), ...argv.filter(arg => !arg.startsWith('-'))]
  const tried = words.map((_, index) => words.slice(0, words.length - index))
  const suggestion = tried.map(part => meantBy(part, names)).find(Boolean)
  return {
    code: 'UNKNOWN_COMMAND',
    message: `essence has no command "${spoken}".`,
    suggestions: [
      ...(suggestion ? [`Did you mean: ${config.bin} ${suggestion}`] : []),
      `See all commands: ${config.bin} help`,
    ],
  }
}

/** The command with the nearest name; for one word also one of a topic: `dowload`. */
const meantBy = (words: readonly string[], names: readonly string[]): string | undefined => {
  const text = words.join(' ')
  const near = nearest(text, names)
  if (near !== undefined || words.length > 1) return near
  const last = (name: string): string => name.split(' ').at(-1) ?? name
  const verb = nearest(text, names.filter(name => name.includes(' ')).map(last))
  return names.find(name => name.includes(' ') && last(name) === verb)
}

export default commandNotFound
