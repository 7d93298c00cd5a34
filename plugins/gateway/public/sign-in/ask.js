// Requests to June that say who asks. On the machine itself nobody has to sign in, and none of this happens.
import {askToSignIn} from './form.js'
import {forgetTokens, keepTokens, refusalOf, tokens} from './tokens.js'

/**
 * As `fetch`. A request that is refused for want of a token waits until the person has signed in, and goes once more.
 * @param {string} path
 * @param {RequestInit} [init]
 */
export const ask = async (path, init = {}) => {
  const used = tokens()?.access
  const response = await fetch(path, withToken(init, used))
  if (response.status !== 401) return response
  await renew(used)
  return fetch(path, withToken(init, tokens()?.access))
}

/** @param {RequestInit} init @param {string | undefined} access */
const withToken = (init, access) =>
  access === undefined ? init : {...init, headers: {...init.headers, authorization: `Bearer ${access}`}}

/** Several requests may find out at the same moment. @type {Promise<void> | undefined} */
let renewing

/** @param {string | undefined} used what was refused */
const renew = used => {
  if (tokens()?.access !== used) return undefined
  renewing ??= refreshOrSignIn().finally(() => {
    renewing = undefined
  })
  return renewing
}

const refreshOrSignIn = async () => {
  const refresh = tokens()?.refresh
  if (refresh !== undefined && (await refreshed(refresh))) return
  forgetTokens()
  await askToSignIn()
}

/** @param {string} refresh @returns whether it was good @throws Error where June does not answer, or not now */
const refreshed = async refresh => {
  const response = await fetch('/auth/refresh', {
    method: 'POST',
    headers: {'content-type': 'application/json'},
    body: JSON.stringify({refresh_token: refresh}),
  })
  if (response.ok) keepTokens(await response.json())
  else if (response.status === 429 || response.status >= 500) throw new Error(await refusalOf(response))
  return response.ok
}
