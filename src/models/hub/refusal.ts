import {duration} from '../../kit/byte-size.ts'
import {EssenceError} from '../../kit/errors.ts'
import {askedPauseMs} from './answer-headers.ts'
import type {Answer} from './hub-request.ts'
import {isWebPage, noHub, proxyPassword} from './no-hub.ts'
import {Busy} from './passing.ts'

/** A hub counts requests over five minutes; a pause of more than twice that is for people to wait out. */
const longestPauseMs = 600_000

/** What is asked for. */
export interface Subject {
  /** For people: `org/name`, or a file of it. */
  subject: string
  repo: string
  endpoint: URL
}

/** A content server does not give out a file that the hub sent us to it for; its links are signed, and expire. */
export class LinkRefused extends EssenceError {
  constructor(host: string, subject: string, status: number) {
    super('REMOTE_REFUSED', `${host} does not give out ${subject}, although the hub sends us there (${status}).`, {
      suggestions: [
        `A proxy or firewall may keep ${host} away from this machine: allow it, or set HF_ENDPOINT to a mirror.`,
        'Otherwise run the same command again later; what was fetched is kept.',
      ],
    })
  }
}

/** What an answer other than success means, in words of the hub's own headers. */
export const refusal = (answer: Omit<Answer, 'body'>, {subject, repo, endpoint}: Subject): EssenceError => {
  const {status, headers, url, tokenSent} = answer
  const reason = headers['x-error-code'] ?? ''
  if (status === 511) return noHub(url, endpoint, 'the network wants a login first (511)')
  if (status === 407) return proxyPassword(endpoint)
  if (status === 408 || status === 429 || status >= 500) return busy(answer, subject)
  if (isWebPage(answer.headers) && !reason) return noHub(url, endpoint, `it sent a web page (${status})`)
  if (url.origin !== endpoint.origin) return new LinkRefused(url.host, subject, status)

  const page = new URL(repo, endpoint).href
  const settings = new URL('settings/tokens', endpoint).href
  const refused = (message: string, suggestions: string[]): EssenceError =>
    new EssenceError('REMOTE_REFUSED', `${endpoint.host} ${message}.`, {suggestions})
  if (reason === 'GatedRepo') {
    return new EssenceError('MODEL_GATED', `${repo} is only for people who accepted its terms.`, {
      suggestions: [
        tokenSent
          ? `Accept them at ${page} with the account of HF_TOKEN, then run the same command again.`
          : `Accept them at ${page}, then set HF_TOKEN to a token of that account (${settings}).`,
      ],
    })
  }
  if (status === 401 && tokenSent && reason !== 'RepoNotFound') {
    return new EssenceError('TOKEN_REJECTED', `${endpoint.host} does not accept the token in HF_TOKEN.`, {
      suggestions: [`Make a new one: ${settings}`, 'Or unset it: public models need none.'],
    })
  }
  if (status === 401 || status === 403) {
    return refused(`does not give out ${subject} (${status})`, [
      `See whether it exists: ${page}`,
      tokenSent ? 'The account of HF_TOKEN may have no access.' : 'If it is private, set HF_TOKEN.',
    ])
  }
  if (status === 404) return refused(`has no ${subject} (404${reason && ` ${reason}`})`, [`See what it has: ${page}`])
  return refused(`answered ${status} for ${subject}`, [`See ${page}`])
}

const busy = ({status, headers, url, tokenSent}: Omit<Answer, 'body'>, subject: string): EssenceError => {
  const pauseMs = askedPauseMs(headers)
  const account = status === 429 && !tokenSent ? ['Fewer requests are limited with an account: set HF_TOKEN.'] : []
  if (pauseMs !== undefined && pauseMs > longestPauseMs) {
    const wait = duration(pauseMs / 1000)
    return new EssenceError('REMOTE_UNREACHABLE', `${url.host} wants to be asked for ${subject} in ${wait} only.`, {
      suggestions: [...account, 'Run the same command again then; what was fetched is kept.'],
    })
  }
  return new Busy(`${url.host} answered ${status} for ${subject}.`, {
    status,
    pauseMs,
    suggestions: [...account, 'Run the same command again later; what was fetched is kept.'],
  })
}
