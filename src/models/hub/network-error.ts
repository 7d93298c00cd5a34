import {EssenceError, messageOf, systemCodeOf} from '../../kit/errors.ts'
import {proxyPassword} from './no-hub.ts'
import {Passing} from './passing.ts'

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
  // undici tells in words only what a proxy answered.
  const proxyStatus = /\((\d{3})\)( !== 200 when HTTP Tunneling)?$/.exec(messageOf(error))?.[1]
  if (proxyStatus === '407') return proxyPassword(url, error)
  if (proxyStatus === '403') {
    return new EssenceError('REMOTE_REFUSED', `The proxy does not let this machine reach ${url.host} (403).`, {
      cause: error,
      suggestions: [`Have ${url.host} allowed there, name it in NO_PROXY, or set HF_ENDPOINT to a mirror.`],
    })
  }
  const [why, ...suggestions] = whyUnreached(url, code, proxyStatus, error)
  return new Passing(`${why}.`, {
    cause: error,
    suggestions: [
      ...suggestions,
      'What was fetched is kept; the same command continues there.',
      'Without a network, on another machine: essence models export --all models.tar; here: essence models import models.tar',
    ],
  })
}

/** What is in the way, and what to do about it. */
const whyUnreached = (url: URL, code: string, proxyStatus: string | undefined, error: unknown): string[] => {
  if (proxyStatus !== undefined) return [`The proxy cannot reach ${url.host} (${proxyStatus})`]
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return [`${url.host} has no address`, 'Check the network and HF_ENDPOINT.']
  if (code === 'UND_ERR_BODY_TIMEOUT' || code === 'UND_ERR_HEADERS_TIMEOUT')
    return [`${url.host} sent nothing for too long`]
  return [
    `${url.host} cannot be reached (${code || messageOf(error)})`,
    'Check the network, HTTPS_PROXY and HF_ENDPOINT.',
  ]
}
