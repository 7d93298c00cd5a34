import {EssenceError} from '../kit/errors.ts'

/**
 * A number that a person typed.
 * @throws USAGE, naming the flag
 */
export const numberOf = (flag: string, text: string): number => {
  const value = Number(text)
  if (text.trim() !== '' && Number.isFinite(value)) return value
  throw new EssenceError('USAGE', `${flag} is "${text}"; expected a number.`)
}
