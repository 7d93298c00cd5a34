import {open} from 'node:fs/promises'
import type {SetupStep} from '../../config/setup-step.ts'
import {EssenceError, messageOf, systemCodeOf} from '../../kit/errors.ts'
import {Secret} from '../../kit/secret.ts'
import {usageError} from '../base-command.ts'

/** No secret is longer, in bytes. */
const maxBytes = 64 * 1024

/**
 * What the flags of the command line answer, by the variable each stands for. A secret is read from the file that is named, or from standard
 * input (`-`): on a command line other people of the machine would see it.
 * @throws USAGE, INPUT_NOT_FOUND
 */
export const readGiven = async (
  steps: readonly SetupStep[],
  flags: Readonly<Record<string, unknown>>,
  isSecret: (name: string) => boolean,
  stdin: NodeJS.ReadableStream & {isTTY?: boolean} = process.stdin,
): Promise<Map<string, string>> => {
  const given = new Map<string, string>()
  let takenBy: string | undefined
  for (const {name, flag} of steps) {
    const typed = flag === undefined ? undefined : flags[flag]
    if (flag === undefined || typeof typed !== 'string') continue
    if (!isSecret(name)) {
      given.set(name, checked(typed.trim(), `--${flag}`))
      continue
    }
    if (typed === '-') {
      if (takenBy) throw usageError(`Standard input cannot be both --${takenBy} and --${flag}.`)
      if (stdin.isTTY)
        throw usageError(`--${flag} -: standard input is a terminal.`, [`Leave --${flag} out: you are asked.`])
      takenBy = flag
    }
    const source = typed === '-' ? stdin : await opened(typed, flag)
    const secret = new Secret(checked((await textOf(source, flag)).trim(), `--${flag}`))
    given.set(name, secret.reveal())
  }
  return given
}

const checked = (value: string, flag: string): string => {
  if (value === '') throw usageError(`${flag} is empty.`)
  if (/[\r\n\0]/.test(value)) throw usageError(`${flag} has more than one line; expected one.`)
  return value
}

const opened = async (path: string, flag: string): Promise<NodeJS.ReadableStream> => {
  try {
    return (await open(path)).createReadStream({end: maxBytes})
  } catch (error) {
    const why = systemCodeOf(error) === 'ENOENT' ? 'there is no such file' : messageOf(error)
    throw new EssenceError('INPUT_NOT_FOUND', `--${flag} ${path}: ${why}.`)
  }
}

const textOf = async (source: NodeJS.ReadableStream, flag: string): Promise<string> => {
  let text = ''
  try {
    for await (const chunk of source) {
      text += String(chunk)
      if (text.length > maxBytes) break
    }
  } catch (error) {
    throw new EssenceError('INPUT_NOT_FOUND', `--${flag} cannot be read: ${messageOf(error)}.`)
  }
  if (text.length > maxBytes) throw usageError(`--${flag} has more than 64 KiB; expected a secret.`)
  return text
}
