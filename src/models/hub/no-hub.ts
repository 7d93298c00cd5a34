import {EssenceError} from '../../kit/errors.ts'
import type {AnswerHeaders} from './answer-headers.ts'

/** Whether an answer is for people to look at: the login page of a network, the notice of a proxy. */
export const isWebPage = (headers: AnswerHeaders, text = ''): boolean =>
  /^text\/html\b/i.test(headers['content-type'] ?? '') || /^\s*<(!doctype|html)/i.test(text)

/**
 * Something else answered where a hub was asked.
 * @param found what it sent: "a web page (200)"
 */
export const noHub = (answerer: URL, endpoint: URL, found: string): EssenceError => {
  const asked = answerer.host === endpoint.host ? '' : `${endpoint.host} was asked: `
  return new EssenceError('REMOTE_REFUSED', `${asked}${answerer.host} answered, but it is no model hub: ${found}.`, {
    suggestions: [
      `A network that wants a login, or a proxy, may have answered: open http://${endpoint.host}/ in a browser.`,
      'Check HF_ENDPOINT, HTTPS_PROXY and NO_PROXY.',
    ],
  })
}

/** The proxy wants a password that it was not given, or another one. */
export const proxyPassword = (endpoint: URL, cause?: unknown): EssenceError =>
  new EssenceError('REMOTE_REFUSED', `The proxy on the way to ${endpoint.host} asks for a name and password (407).`, {
    cause,
    suggestions: ['Give them with its address: HTTPS_PROXY=http://name:password@proxy.example:3128'],
  })
