import {EssenceError} from '../kit/errors.ts'
import {ask, hasPerson, isYes} from './ask.ts'
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
  if (!canAsk || !hasPerson()) {
    throw usageError(`${what} and needs your word for it.`, ['Without a terminal, pass --yes.'])
  }
  const answer = await ask(`${question} [y/N] `, refused)
  if (answer === undefined) throw new EssenceError('CANCELLED', refused)
  return isYes(answer)
}
