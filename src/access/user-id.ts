import {EssenceError} from '../kit/errors.ts'

const form = /^[\w-]{1,64}$/

/** A person's id is their name: letters, digits, `_` and `-`, at most 64. */
export const isUserId = (text: string): boolean => form.test(text)

/** @throws USAGE */
export const assertUserId = (name: string): void => {
  if (isUserId(name)) return
  throw new EssenceError('USAGE', `${JSON.stringify(name.slice(0, 80))} is no name for a person.`, {
    suggestions: ['Up to 64 letters, digits, _ and -.'],
  })
}
