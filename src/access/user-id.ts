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

/** Whoever is at this machine, and whoever types commands on it: no account of that name is to be mistaken for them. */
const reserved: readonly string[] = ['local', 'cli']

/** A name for an account. @throws USAGE */
export const assertUsername = (name: string): void => {
  assertUserId(name)
  if (!reserved.includes(name.toLowerCase())) return
  throw new EssenceError('USAGE', `The name "${name}" is reserved for whoever is at this machine.`, {
    suggestions: ['Choose another one.'],
  })
}
