import {type ErrorOptions, EssenceError, messageOf, systemCodeOf} from '../../kit/errors.ts'

/** A failure that may pass by itself; `afterMs`: what the server asked us to wait, where it did. */
export class Passing extends EssenceError {
  readonly afterMs: number | undefined

  constructor(message: string, options: ErrorOptions & {afterMs?: number | undefined} = {}) {
    super('REMOTE_UNREACHABLE', message, options)
    this.afterMs = options.afterMs
  }
}

const certificateCodes = /^(UNABLE_TO_|SELF_SIGNED_|CERT_|DEPTH_ZERO_|ERR_TLS_CERT)/

/** What went wrong before there was an answer: no network, no such host, a proxy with its own certificates … */
export const networkError = (url: URL, error: unknown): EssenceError => {
  const code = systemCodeOf(error) ?? systemCodeOf((error as {cause?: unknown}).cause) ?? ''
  if (certificateCodes.test(code)) {
    return new EssenceError(
      'REMOTE_REFUSED',
      `${url.host} shows a certificate this machine does not trust (${code}).`,
      {
        cause: error,
        suggestions: ['Behind a proxy with its own authority, set NODE_EXTRA_CA_CERTS to the file of its certificate.'],
      },
    )
  }
  const [why, ...suggestions] =
    code === 'ENOTFOUND' || code === 'EAI_AGAIN'
      ? [`${url.host} has no address`, 'Check the network and HF_ENDPOINT.']
      : code === 'UND_ERR_BODY_TIMEOUT' || code === 'UND_ERR_HEADERS_TIMEOUT'
        ? [`${url.host} sent nothing for too long`]
        : [
            `${url.host} cannot be reached (${code || messageOf(error)})`,
            'Check the network, HTTPS_PROXY and HF_ENDPOINT.',
          ]
  return new Passing(`${why}.`, {
    cause: error,
    suggestions: [
      ...suggestions,
      'What was fetched is kept; the same command continues there.',
      'For a machine without network: essence models export elsewhere, essence models import here.',
    ],
  })
}

/** `Retry-After`: seconds, or a date. */
const retryAfterMs = (value: string | undefined): number | undefined => {
  if (value === undefined) return undefined
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now()
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), 300_000) : undefined
}

export interface Refusal {
  status: number
  headers: Record<string, string>
  /** What was asked for, for people: `org/name`, or a file of it. */
  subject: string
  repo: string
  endpoint: URL
  tokenSent: boolean
}

/** What an answer other than success means, in words of the hub's own headers. */
export const refusal = ({status, headers, subject, repo, endpoint, tokenSent}: Refusal): EssenceError => {
  const page = new URL(repo, endpoint).href
  const settings = new URL('settings/tokens', endpoint).href
  const reason = /^\w+$/.exec(headers['x-error-code'] ?? '')?.[0] ?? ''
  if (reason === 'GatedRepo') {
    return new EssenceError('MODEL_GATED', `${repo} is only for people who accepted its terms.`, {
      suggestions: [
        `Accept them at ${page}`,
        tokenSent ? 'Then run the same command again.' : `Then set HF_TOKEN to a token of that account (${settings}).`,
      ],
    })
  }
  if (status === 401 && tokenSent && reason !== 'RepoNotFound') {
    return new EssenceError('TOKEN_REJECTED', `${endpoint.host} does not accept the token in HF_TOKEN.`, {
      suggestions: [`Make a new one: ${settings}`, 'Or unset it: public models need none.'],
    })
  }
  if (status === 401 || status === 403) {
    return new EssenceError('REMOTE_REFUSED', `${endpoint.host} does not give out ${subject} (${status}).`, {
      suggestions: [
        `See whether it exists: ${page}`,
        ...(tokenSent ? ['The account of HF_TOKEN may have no access.'] : ['If it is private, set HF_TOKEN.']),
      ],
    })
  }
  if (status === 404) {
    return new EssenceError(
      'REMOTE_REFUSED',
      `${endpoint.host} has no ${subject} (404 ${reason}).`.replace(' )', ')'),
      {
        suggestions: [`See what it has: ${page}`],
      },
    )
  }
  if (status === 408 || status === 429 || status >= 500) {
    return new Passing(`${endpoint.host} answered ${status} for ${subject}.`, {
      afterMs: retryAfterMs(headers['retry-after']),
      suggestions: status === 429 ? ['Fewer requests are limited with an account: set HF_TOKEN.'] : [],
    })
  }
  return new EssenceError('REMOTE_REFUSED', `${endpoint.host} answered ${status} for ${subject}.`, {
    suggestions: [`See ${page}`],
  })
}
