import {type Dispatcher, EnvHttpProxyAgent, request} from 'undici'
import {defined} from '../../kit/defined.ts'
import {EssenceError, throwIfCancelled} from '../../kit/errors.ts'
import type {Secret} from '../../kit/secret.ts'
import {type AnswerHeaders, readHeaders} from './answer-headers.ts'
import {networkError} from './network-error.ts'

/** How the hub is reached. */
export interface HubAccess {
  /** Ends with a slash. */
  endpoint: URL
  token: Secret | undefined
  dispatcher: Dispatcher
}

export interface HubOptions {
  /** HF_ENDPOINT. */
  endpoint: string
  token?: Secret | undefined
  /** A connection that brings no byte for this long (ms) is given up and begun again. Default 30 000. */
  stallMs?: number
}

/**
 * Opens the way to the hub, through the proxy of HTTPS_PROXY / NO_PROXY where they are set.
 * @throws CONFIG_INVALID for a proxy that is no address
 */
export const openHub = ({endpoint, token, stallMs = 30_000}: HubOptions): HubAccess => ({
  endpoint: new URL(endpoint.endsWith('/') ? endpoint : `${endpoint}/`),
  token,
  dispatcher: openDispatcher(stallMs),
})

const openDispatcher = (stallMs: number): Dispatcher => {
  try {
    return new EnvHttpProxyAgent({
      headersTimeout: stallMs,
      bodyTimeout: stallMs,
      connect: {timeout: Math.min(stallMs, 10_000)},
    })
  } catch {
    // Without the cause: it may repeat the proxy's password.
    throw new EssenceError('CONFIG_INVALID', 'HTTPS_PROXY or HTTP_PROXY is not an address of a proxy.', {
      suggestions: ['Give it with its scheme: HTTPS_PROXY=http://proxy.example:3128'],
    })
  }
}

export interface Answer {
  status: number
  headers: AnswerHeaders
  /** Who answered, after redirects. */
  url: URL
  /** The digest of the file in the words of the hub itself, before it sent us elsewhere. */
  linkedDigest: string | undefined
  body: Dispatcher.ResponseData['body']
  /** Whether the hub saw our token: decides what a refusal means. */
  tokenSent: boolean
}

const redirects = new Set([301, 302, 303, 307, 308])
const mostRedirects = 8

/**
 * GET that follows redirects itself: the token goes to the endpoint's own origin and to no other, because the address of
 * a content server is signed already and its owner is somebody else.
 * @throws REMOTE_UNREACHABLE, REMOTE_REFUSED (certificate, endless or insecure redirect), CANCELLED
 */
export const get = async (
  {endpoint, token, dispatcher}: HubAccess,
  url: URL,
  {headers = {}, signal}: {headers?: Record<string, string>; signal?: AbortSignal | undefined} = {},
): Promise<Answer> => {
  let target = url
  let linkedDigest: string | undefined
  let tokenSent = false
  for (let hop = 0; hop <= mostRedirects; hop++) {
    const own = target.origin === endpoint.origin
    if (own && token) tokenSent = true
    const response = await request(target.href, {
      dispatcher,
      headers: defined({
        'user-agent': 'essence',
        'accept-encoding': 'identity',
        ...headers,
        authorization: own && token ? `Bearer ${token.reveal()}` : undefined,
      }),
      ...defined({signal}),
    }).catch((error: unknown) => {
      throwIfCancelled(signal)
      throw networkError(target, error)
    })
    const answered = readHeaders(response.headers)
    const {location} = answered
    if (own) linkedDigest = answered['x-linked-etag'] ?? linkedDigest
    if (!redirects.has(response.statusCode) || location === undefined) {
      return {
        ...{status: response.statusCode, headers: answered, url: target},
        ...{linkedDigest, body: response.body, tokenSent},
      }
    }
    await response.body.dump().catch(() => {})
    const next = URL.parse(location, target.href)
    if (!next || !/^https?:$/.test(next.protocol) || (target.protocol === 'https:' && next.protocol === 'http:')) {
      throw new EssenceError('REMOTE_REFUSED', `${target.host} sends us to an address that is not safe to follow.`)
    }
    target = next
  }
  throw new EssenceError('REMOTE_REFUSED', `${url.host} sends us from one address to the next without end.`)
}
