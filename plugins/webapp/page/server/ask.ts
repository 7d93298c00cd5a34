// Requests to June that say who asks. On the machine itself nobody has to sign in, and none of this happens.
import {signIn} from '../sign-in/sign-in-gate.ts'
import {words} from '../words/words.ts'
import {JuneError, refusal} from './june-error.ts'
import {learnTime} from './now.ts'
import {forgetTokens, keepTokens, tokens} from './tokens.ts'

/** As `fetch`. A request that is refused for want of a token waits until the person has signed in, and goes once more. */
export const ask = async (path: string, init: RequestInit = {}): Promise<Response> => {
  const used = tokens()?.access
  const response = await fetch(path, withToken(init, used))
  learnTime(response)
  if (response.status !== 401) return response
  await renewed(used)
  return fetch(path, withToken(init, tokens()?.access))
}

/** As `ask`, where anything but what was asked for is an error. @throws JuneError; what `signal` was aborted with */
export const askFor = async (path: string, init: RequestInit = {}): Promise<Response> => {
  const response = await ask(path, init).catch(error => {
    if (init.signal?.aborted || error instanceof JuneError) throw error
    throw new JuneError('UNREACHABLE', words.t('error.unreachable'), [words.t('error.unreachableStep')])
  })
  if (!response.ok) throw await refusal(response)
  return response
}

/** A request whose body is JSON. */
export const posting = (body: unknown, init: RequestInit = {}): RequestInit => ({
  ...{method: 'POST', ...init},
  headers: {'content-type': 'application/json'},
  body: JSON.stringify(body),
})

/** What a route answers with; undefined for none. @throws JuneError */
export const askJson = async <T>(
  path: string,
  {body, ...init}: Omit<RequestInit, 'body'> & {body?: unknown} = {},
): Promise<T> => {
  const response = await askFor(path, body === undefined ? init : posting(body, init))
  return response.status === 204 ? (undefined as T) : response.json()
}

const withToken = (init: RequestInit, access: string | undefined): RequestInit =>
  access === undefined ? init : {...init, headers: {...init.headers, authorization: `Bearer ${access}`}}

/** Several requests may find out at the same moment. */
let renewing: Promise<void> | undefined

/** Resolves once there is another token than the one that was refused. */
export const renewed = (used: string | undefined): Promise<void> => {
  if (tokens()?.access !== used) return Promise.resolve()
  renewing ??= refreshOrSignIn().finally(() => {
    renewing = undefined
  })
  return renewing
}

const refreshOrSignIn = async (): Promise<void> => {
  const refresh = tokens()?.refresh
  if (refresh !== undefined && (await refreshed(refresh))) return
  forgetTokens()
  await signIn()
}

/** @returns whether it was good @throws JuneError where June does not answer, or not now */
const refreshed = async (refresh: string): Promise<boolean> => {
  const response = await fetch('/auth/refresh', {
    method: 'POST',
    headers: {'content-type': 'application/json'},
    body: JSON.stringify({refresh_token: refresh}),
  })
  if (response.ok) keepTokens(await response.json())
  else if (response.status === 429 || response.status >= 500) throw await refusal(response)
  return response.ok
}
