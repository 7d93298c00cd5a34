/** Who is signed in, in this tab and no longer than it. */
export interface Tokens {
  access: string
  refresh: string
  name: string
}

/** What June hands out to somebody who signs in. */
export interface GivenTokens {
  access_token: string
  refresh_token: string
  username: string
}

const key = 'signed-in'
const person = 'person'

export const tokens = (): Tokens | undefined => JSON.parse(sessionStorage.getItem(key) ?? 'null') ?? undefined

/** Who was signed in last, also where they are not any more. */
export const lastPerson = (): string | undefined => sessionStorage.getItem(person) ?? undefined

export const keepTokens = ({access_token: access, refresh_token: refresh, username: name}: GivenTokens): void => {
  sessionStorage.setItem(key, JSON.stringify({access, refresh, name} satisfies Tokens))
  sessionStorage.setItem(person, name)
}

/** The person is remembered: should another one sign in, nothing of the first is left. */
export const forgetTokens = (): void => sessionStorage.removeItem(key)
