// Who is signed in, in this tab and no longer than it.

const key = 'signed-in'
const person = 'person'

/** @returns {{access: string, refresh: string, name: string} | undefined} */
export const tokens = () => JSON.parse(sessionStorage.getItem(key) ?? 'null') ?? undefined

/**
 * @param {{access_token: string, refresh_token: string, username: string}} session as June hands it out
 * @returns whether another person was here before
 */
export const keepTokens = ({access_token: access, refresh_token: refresh, username: name}) => {
  const before = sessionStorage.getItem(person)
  sessionStorage.setItem(key, JSON.stringify({access, refresh, name}))
  sessionStorage.setItem(person, name)
  return before !== null && before !== name
}

/** The person is remembered: should another one sign in, nothing of the first is left. */
export const forgetTokens = () => sessionStorage.removeItem(key)

/** What the server says of a request that it refused. @param {Response} response */
export const refusalOf = async response => {
  const body = await response.json().catch(() => undefined)
  return body?.error?.message ?? `The server said ${response.status}.`
}
