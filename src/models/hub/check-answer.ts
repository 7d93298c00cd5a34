import {EssenceError} from '../../kit/errors.ts'
import type {Digest} from '../digest.ts'
import type {Answer} from './hub-request.ts'
import {isWebPage, noHub} from './no-hub.ts'
import {refusal} from './refusal.ts'

/** Where a file's bytes come from, and what they must be. */
export interface Source {
  repo: string
  /** Path inside the repository, for people. */
  path: string
  url: URL
  /** Bytes. */
  size: number
  digest: Digest
}

/** The server does not keep the rules of ranges: what it sends cannot be put together from pieces. */
export class RangesBroken extends Error {}

export const proxyHint = 'A proxy on the way may be rewriting what passes through; try another network or HF_ENDPOINT.'

interface Wanted {
  source: Source
  from: number
  to: number
  endpoint: URL
  etag: string | undefined
  whole: boolean
}

/**
 * @throws RangesBroken unless the answer is exactly the bytes asked for, as they are, of the file asked for; what `refusal`
 * says of an answer that gives none
 */
export const checkAnswer = (answer: Answer, wanted: Wanted): void => {
  const {status, headers, url, linkedDigest} = answer
  const {source, from, to, endpoint, etag, whole} = wanted
  const {repo, path, size, digest} = source
  if (linkedDigest !== undefined && linkedDigest !== digest.hex) {
    throw new EssenceError('DIGEST_MISMATCH', `${endpoint.host} offers another ${path} than it listed.`, {
      suggestions: [proxyHint],
    })
  }
  if (status === 416) throw new RangesBroken(`no bytes ${from}-${to} there (416)`)
  if (status !== 200 && status !== 206) throw refusal(answer, {subject: `${path} of ${repo}`, repo, endpoint})
  // Not a broken range: what was fetched before a network asked for a login is as good as ever.
  if (isWebPage(answer.headers) && !/\.html?$/i.test(path)) throw noHub(url, endpoint, `it sent a web page (${status})`)
  const encoding = headers['content-encoding'] ?? 'identity'
  if (encoding !== 'identity') throw new RangesBroken(`the content came as ${encoding}`)
  if (status === 200) {
    const announced = headers['content-length'] ?? size
    if (announced !== size) throw new RangesBroken(`${announced} bytes announced, ${size} expected`)
    // An answer that is the whole file is right when the whole file was wanted.
    if (!whole && (from > 0 || to < size - 1)) throw new RangesBroken('the range was ignored')
    return
  }
  const sent = headers['content-range']
  if (sent?.start !== from || sent.end !== to || (sent.total ?? size) !== size) {
    const what = sent ? `${sent.start}-${sent.end} of ${sent.total ?? '*'}` : 'no range that can be read'
    throw new RangesBroken(`bytes ${from}-${to} of ${size} asked, ${what} sent`)
  }
  if (etag !== undefined && headers.etag !== undefined && headers.etag !== etag) {
    throw new RangesBroken('the file changed midway')
  }
}
