import {EssenceError, messageOf} from '../kit/errors.ts'

/**
 * What the database answers. What it says where it fails repeats the question with all its words, which are a person's: only the reason
 * below that is told.
 * @throws STORE_UNAVAILABLE
 */
export const stored = async <T>(question: PromiseLike<T>): Promise<T> => {
  try {
    return await question
  } catch (cause) {
    const reason = cause instanceof Error && cause.cause !== undefined ? messageOf(cause.cause) : 'it cannot be used'
    throw new EssenceError('STORE_UNAVAILABLE', `The database does not answer: ${reason}.`, {
      suggestions: ['Try again in a moment.'],
    })
  }
}
