import type {AskPassphrase} from '../../release/ssh/auth/passphrases.ts'
import {askHidden} from '../ask.ts'

/** Asks on the terminal, without showing what is typed; absent where standard input or errors is none. */
export const askOnTerminal = (input?: NodeJS.ReadStream, output?: NodeJS.WriteStream): AskPassphrase | undefined => {
  const ask = askHidden(input, output)
  return ask && (keyFile => ask(`Passphrase of ${keyFile}: `))
}
