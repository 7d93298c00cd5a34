import {createInterface} from 'node:readline/promises'
import {EssenceError} from '../kit/errors.ts'
import {usageError} from './base-command.ts'

export interface Confirmation {
  question: string
  /** A person is asked: there is a terminal, and no --json. */
  canAsk: boolean
  /** What is refused without an answer: "This removes a model". */
  what: string
  /** Message of CANCELLED: "Nothing was removed." */
  refused: string
}

/**
 * Asks a question whose answer is yes or no; anything but yes is no.
 * @throws USAGE without a terminal; CANCELLED for Ctrl-C and Ctrl-D
 */
export const confirm = async ({question, canAsk, what, refused}: Confirmation): Promise<boolean> => {
  if (!canAsk || !process.stdin.isTTY || !process.stderr.isTTY) {
    throw usageError(`${what} and needs your word for it.`, ['Without a terminal, pass --yes.'])
  }
  const lines = createInterface({input: process.stdin, output: process.stderr})
  try {
    const answer = await lines.question(`${question} [y/N] `).catch((cause: unknown) => {
      // The terminal's line is still open.
      process.stderr.write('\n')
      throw new EssenceError('CANCELLED', refused, {cause})
    })
    return /^y(es)?$/i.test(answer.trim())
  } finally {
    lines.close()
  }
}
