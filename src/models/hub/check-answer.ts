import {EssenceError} from '../../kit/errors.ts'
import type {Digest} from '../digest.ts'
import {refusal} from './hub-error.ts'
import type {Answer} from './hub-request.ts'

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

/** @throws RangesBroken unless the answer is exactly the bytes asked for, as they are, of the file asked for */
export const checkAnswer = ({status, headers, linked, tokenSent}: Answer, wanted: Wanted): void => {
  const {source, from, to, endpoint, etag, whole} = wanted
  const {repo, path, size, digest} = source
  if (linked.digest !== undefined && linked.digest !== digest.hex) {
    throw new EssenceError('DIGEST_MISMATCH', `${endpoint.host} offers another ${path} than it listed.`, {
      suggestions: [proxyHint],
    })
  }
  if (status === 416) throw new RangesBroken(`no bytes ${from}-${to} there (416)`)
  if (status !== 200 && status !== 206) {
    throw refusal({status, headers, subject: `${path} of ${repo}`, repo, endpoint, tokenSent})
  }
  const encoding = headers['content-encoding'] ?? 'identity'
  if (encoding !== 'identity') throw new RangesBroken(`the content came as ${encoding}`)
  if (status === 200) {
    const announced = Number(headers['content-length'] ?? size)
    if (announced !== size) throw new RangesBroken(`${announced} bytes announced, ${size} expected`)
    // An answer that is the whole file is right when the whole file was wanted.
    if (!whole && (from > 0 || to < size - 1)) throw new RangesBroken('the range was ignored')
    return
  }
  const [, start, end, total] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(headers['content-range'] ?? '') ?? []
  if (Number(start) !== from || Number(end) !== to || (total !== '*' && Number(total) !== size)) {
    throw new RangesBroken(`bytes ${from}-${to} of ${size} asked, "${headers['content-range'] ?? ''}" sent`)
  }
  if (etag !== undefined && headers['etag'] !== undefined && headers['etag'] !== etag) {
    throw new RangesBroken('the file changed midway')
  }
}
