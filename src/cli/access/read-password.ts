import {text} from 'node:stream/consumers'
import {assertPassword} from '../../access/passwords.ts'
import {EssenceError} from '../../kit/errors.ts'
import type {Secret} from '../../kit/secret.ts'
import {type AskHidden, askHidden} from '../ask.ts'
import {usageError} from '../base-command.ts'

export interface PasswordSource {
  /** From standard input, up to its end; one line end after it does not count. */
  fromStdin: boolean
  /** A person may be asked: no --json. */
  canAsk: boolean
  /** What else may be passed where there is no terminal. */
  instead?: string | undefined
}

/**
 * A new password: never from the command line, where other people of the machine see it.
 * @throws USAGE (no terminal; too short), CANCELLED
 */
export const readPassword = async (
  {fromStdin, canAsk, instead}: PasswordSource,
  ask: AskHidden | undefined = askHidden(),
  stdin: NodeJS.ReadableStream = process.stdin,
): Promise<string> => {
  const password = fromStdin
    ? (await text(stdin)).replace(/\r?\n$/, '')
    : await askTwice(canAsk ? ask : undefined, instead)
  assertPassword(password)
  return password
}

const askTwice = async (ask: AskHidden | undefined, instead: string | undefined): Promise<string> => {
  if (!ask) {
    const flags = ['--password-stdin', ...(instead === undefined ? [] : [instead])].join(' or ')
    throw usageError('There is no terminal to ask for a password on.', [`Pass ${flags}.`])
  }
  const first = given(await ask('Password: '))
  if (given(await ask('Once more: ')) === first) return first
  throw usageError('The two are not the same. Nothing was changed.')
}

const given = (typed: Secret | undefined): string => {
  if (typed) return typed.reveal()
  throw new EssenceError('CANCELLED', 'No password was given. Nothing was changed.')
}
