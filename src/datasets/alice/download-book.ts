import {readableBytes} from '../../kit/byte-size.ts'
import {defined} from '../../kit/defined.ts'
import {EssenceError, isEssenceError} from '../../kit/errors.ts'
import {backoffMs} from '../../kit/flow/backoff.ts'
import {retry} from '../../kit/flow/retry.ts'
import {get, type HubAccess, openHub} from '../../models/hub/hub-request.ts'
import {networkError} from '../../models/hub/network-error.ts'
import {isWebPage} from '../../models/hub/no-hub.ts'
import {Passing} from '../../models/hub/passing.ts'
import {bookText} from './book-text.ts'

/** The book has 170 kB. */
const maxBytes = 5e6

export interface DownloadOptions {
  signal?: AbortSignal | undefined
  /** ms without a byte after which an attempt is given up. Default 30 000. */
  stallMs?: number | undefined
  /** ms for all of it. Default 120 000. */
  withinMs?: number | undefined
  /** ms before the second of three attempts. Default 1000. */
  pauseMs?: number | undefined
}

/**
 * Fetches a book of Project Gutenberg, whole.
 * @throws REMOTE_UNREACHABLE, REMOTE_REFUSED (no such file, a web page, another text), TIMED_OUT, CANCELLED
 */
export const downloadBook = async (
  url: URL,
  {signal, stallMs, withinMs = 120_000, pauseMs = 1000}: DownloadOptions = {},
): Promise<Uint8Array> => {
  const access = openHub({endpoint: url.origin, ...defined({stallMs})})
  const late = AbortSignal.timeout(withinMs)
  const either = signal ? AbortSignal.any([signal, late]) : late
  try {
    return await retry(() => fetchOnce(access, url, either), {
      ...{attempts: 3, pause: failures => backoffMs(failures, pauseMs, 10_000), signal: either},
    })
  } catch (error) {
    if (late.aborted && !signal?.aborted)
      throw withAdvice('TIMED_OUT', `${url.host} did not send the book within ${withinMs / 1000} s.`, error)
    if (!isEssenceError(error) || error.code === 'CANCELLED' || error.code === 'CONFIG_INVALID') throw error
    throw withAdvice(error.code, error.message, error.cause)
  } finally {
    await access.dispatcher.destroy()
  }
}

const withAdvice = (code: EssenceError['code'], message: string, cause: unknown): EssenceError =>
  new EssenceError(code, message, {
    cause,
    suggestions: [
      'Give a copy of the book that is on this machine: essence dataset alice --from FILE',
      'Otherwise check the network and HTTPS_PROXY.',
    ],
  })

const fetchOnce = async (access: HubAccess, url: URL, signal: AbortSignal): Promise<Uint8Array> => {
  const {status, headers, url: answerer, body} = await get(access, url, {signal})
  // Nobody reads the rest of a body that is refused; the connection is closed with the dispatcher.
  const refused = (found: string): EssenceError =>
    new EssenceError('REMOTE_REFUSED', `${answerer.host} did not send the book ${url.href}: ${found}.`)
  if (status === 408 || status === 429 || status >= 500) throw new Passing(`${answerer.host} answered ${status}.`)
  if (status !== 200) throw refused(`it answered ${status}`)
  if (isWebPage(headers)) throw refused('it sent a web page')
  const chunks: Uint8Array[] = []
  let bytes = 0
  try {
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      bytes += chunk.length
      if (bytes > maxBytes) throw refused(`it sent more than ${readableBytes(maxBytes)}`)
      chunks.push(chunk)
    }
  } catch (error) {
    throw isEssenceError(error) ? error : networkError(url, error)
  }
  const whole = Buffer.concat(chunks)
  const {fault} = bookText(whole, {marked: true})
  if (fault !== undefined) throw refused(fault)
  return whole
}
