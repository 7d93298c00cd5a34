import {EssenceError} from '../kit/errors.ts'

/** Characters of a speaker or session: both together have to fit an index of the database. */
const maxKeyLength = 200

/** Characters of a message: the database indexes the words of no more than a megabyte. */
const maxTextLength = 250_000

/**
 * Refuses names that the database would not keep as they are: two people must never become one.
 * @throws USAGE
 */
export const checkKeys = (keys: {speaker: string; session?: string}): void => {
  for (const [name, value] of Object.entries(keys)) {
    if (value !== '' && value.length <= maxKeyLength && value.isWellFormed() && !value.includes('\0')) continue
    throw new EssenceError(
      'USAGE',
      `A ${name} of ${value.length} characters cannot be remembered; 1 to ${maxKeyLength} of Unicode text were expected.`,
    )
  }
}

/** A text as the database takes it: no NUL, no halves of characters. What is beyond 250,000 characters is cut. */
export const cleanText = (text: string): string =>
  (text.length > maxTextLength ? `${text.slice(0, maxTextLength)}…` : text).replaceAll('\0', '').toWellFormed()

const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i

/** Whether the database can have a row of this id; it refuses to be asked for anything else. */
export const isUuid = (id: string): boolean => uuid.test(id)
