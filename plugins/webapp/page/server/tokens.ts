/** Who is signed in, in this tab and no longer than it. */
export interface Tokens {
  access: string
  refresh: string
  name: string
}

const key = 'signed-in'
const person = 'person'

export const tokens = (): Tokens | undefined => JSON.parse(sessionStorage.getItem(key) ?? 'null') ?? undefined

/** @returns whether another person was here before */
export const keepTokens = (given: {access_token: string; refresh_token: string; username: string}): boolean => {
  const {access_token: access, refresh_token: refresh, username: name} = given
  const before = sessionStorage.getItem(person)
  sessionStorage.setItem(key, JSON.stringify({access, refresh, name} satisfies Tokens))
  sessionStorage.setItem(person, name)
  return before !== null && before !== name
}

/** The person is remembered: should another one sign in, nothing of the first is left. */
export const forgetTokens = (): void => sessionStorage.removeItem(key)

/** Nothing is left to whoever comes next. */
export const forgetPerson = (): void => sessionStorage.clear()
