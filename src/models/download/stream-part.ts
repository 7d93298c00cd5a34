import {throwIfCancelled} from '../../kit/errors.ts'
import {retry} from '../../kit/flow/retry.ts'
import type {Semaphore} from '../../kit/flow/semaphore.ts'
import type {Part} from '../cache/unfinished.ts'
import {checkAnswer, RangesBroken, type Source} from '../hub/check-answer.ts'
import {type Answer, get, type HubAccess} from '../hub/hub-request.ts'
import {type HubRetryOptions, linkRetry} from '../hub/hub-retry.ts'
import {networkError} from '../hub/network-error.ts'
import {Passing} from '../hub/passing.ts'
import {buffersWritten} from './free-buffers.ts'
import type {Partial} from './partial.ts'

/** Bytes gathered before they are written: fewer, larger writes … */
const mostBatchBytes = 1 << 19
/** … but none waits longer than this, ms: a slow connection loses little when the process dies, and shows its progress. */
const batchMs = 200

export interface ReceiveOptions extends HubRetryOptions {
  hub: HubAccess
  /** Connections all files together may have. */
  slots: Semaphore
  /** Parts of one file under way at once. Default 4. */
  parts?: number
  signal?: AbortSignal | undefined
  /** Told the bytes of the file that are here; fewer than before when it had to be begun anew. */
  onProgress?: ((received: number) => void) | undefined
  /** Bytes after which progress is made durable; see `PartialOptions`. */
  checkpointBytes?: number | undefined
}

export interface Attempt extends ReceiveOptions {
  /** Ask for the file without a range, from its beginning. */
  whole: boolean
}

/**
 * Receives the rest of a part over one connection, as far as it comes.
 * @throws RangesBroken, Passing, REMOTE_REFUSED, MODEL_GATED, TOKEN_REJECTED, CANCELLED; file system errors as they come
 */
export const streamPart = async (partial: Partial, part: Part, source: Source, attempt: Attempt): Promise<void> => {
  const {hub, whole, signal} = attempt
  const from = part.offset + part.done
  const to = part.offset + part.length - 1
  const strong = partial.etag?.startsWith('"') ? {'if-range': partial.etag} : {}
  const headers = whole ? {} : {range: `bytes=${from}-${to}`, ...strong}
  const ask = async (): Promise<void> => {
    const answer = await get(hub, source.url, {headers, signal})
    try {
      checkAnswer(answer, {source, from, to, endpoint: hub.endpoint, etag: partial.etag, whole})
      partial.etag ??= answer.headers.etag
      await writeBody(partial, part, answer, source, attempt)
    } finally {
      answer.body.on('error', () => {}).destroy()
    }
  }
  await retry(ask, {...linkRetry(attempt), signal})
}

const writeBody = async (
  partial: Partial,
  part: Part,
  {url, body}: Answer,
  {path}: Source,
  {signal, onProgress, checkpointBytes = mostBatchBytes}: Attempt,
): Promise<void> => {
  let batch: Uint8Array[] = []
  let gathered = 0
  let missing = part.length - part.done
  let writing: Promise<void> = Promise.resolve()
  let writtenAt = performance.now()
  const batchBytes = Math.min(mostBatchBytes, checkpointBytes)

  // One write is under way while the next batch is gathered.
  const write = async (): Promise<void> => {
    const [chunks, bytes] = [batch, gathered]
    batch = []
    gathered = 0
    writtenAt = performance.now()
    await writing
    writing = partial.append(part, chunks).then(() => buffersWritten(bytes))
    writing.catch(() => {})
  }

  let broken: unknown
  try {
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      if (chunk.length > missing) throw new RangesBroken('more bytes came than were asked for')
      missing -= chunk.length
      gathered += chunk.length
      batch.push(chunk)
      if (gathered >= batchBytes || performance.now() - writtenAt > batchMs) {
        await write()
        onProgress?.(partial.received())
      }
    }
  } catch (error) {
    broken = error instanceof RangesBroken || isFileError(error) ? error : networkError(url, error)
  }
  // What arrived before a connection broke is kept.
  if (gathered > 0) await write()
  await writing
  onProgress?.(partial.received())
  throwIfCancelled(signal)
  if (broken !== undefined) throw broken
  if (missing > 0) throw new Passing(`${url.host} ended ${path} early.`)
}

/** Errors of our own writing, which end the transfer; all others come from the connection. */
const isFileError = (error: unknown): boolean =>
  error instanceof Error && 'syscall' in error && error.syscall === 'write'
