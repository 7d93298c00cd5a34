import {EssenceError, throwIfCancelled} from '../../kit/errors.ts'
import {mapLimit} from '../../kit/flow/map-limit.ts'
import {retry} from '../../kit/flow/retry.ts'
import type {Semaphore} from '../../kit/flow/semaphore.ts'
import type {Hasher} from '../digest.ts'
import {checkAnswer, proxyHint, RangesBroken, type Source} from '../hub/check-answer.ts'
import {type Answer, get, type HubAccess} from '../hub/hub-request.ts'
import {type HubRetryOptions, hubRetry} from '../hub/hub-retry.ts'
import {networkError} from '../hub/network-error.ts'
import {Passing} from '../hub/passing.ts'
import {followDigest} from './follow-digest.ts'
import {buffersWritten} from './free-buffers.ts'
import type {Part, Partial} from './partial.ts'

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

/** Bytes gathered before they are written: fewer, larger writes … */
const mostBatchBytes = 1 << 19
/** … but none waits longer than this, ms: a slow connection loses little when the process dies, and shows its progress. */
const batchMs = 200

/**
 * Receives every part that is missing, several at once where there are several, and returns the digest of the whole.
 * A server that ignores ranges, answers with another one or changes its mind midway is asked once more for the whole
 * file, in one piece.
 * @throws REMOTE_UNREACHABLE when it fails again and again without progress; REMOTE_REFUSED; MODEL_GATED;
 * TOKEN_REJECTED; CANCELLED; file system errors as they come
 */
export const receive = async (
  partial: Partial,
  source: Source,
  options: ReceiveOptions,
): Promise<ReturnType<Hasher['finish']>> => {
  for (let whole = false; ; whole = true) {
    try {
      return await receiveAll(partial, source, {...options, whole})
    } catch (error) {
      throwIfCancelled(options.signal)
      if (!(error instanceof RangesBroken)) throw error
      if (whole) {
        throw new EssenceError(
          'REMOTE_REFUSED',
          `${source.url.host} does not send ${source.path} whole: ${error.message}.`,
          {suggestions: [proxyHint]},
        )
      }
      await partial.restart(Number.POSITIVE_INFINITY)
      options.onProgress?.(0)
    }
  }
}

interface Attempt extends ReceiveOptions {
  /** Ask for the file without a range, from its beginning. */
  whole: boolean
}

const receiveAll = async (
  partial: Partial,
  source: Source,
  attempt: Attempt,
): Promise<ReturnType<Hasher['finish']>> => {
  const stop = new AbortController()
  const signal = attempt.signal ? AbortSignal.any([attempt.signal, stop.signal]) : stop.signal
  const digest = followDigest(partial, source, signal)
  digest.catch(() => {})
  try {
    await receiveParts(partial, source, {...attempt, signal}, stop)
    return await digest
  } catch (error) {
    stop.abort()
    await digest.catch(() => {})
    throw error
  }
}

/** Takes part after part, a few at once; the first failure ends all, and all have ended when this returns. */
const receiveParts = async (
  partial: Partial,
  source: Source,
  attempt: Attempt,
  stop: AbortController,
): Promise<void> => {
  const missing = partial.parts.filter(({done, length}) => done < length)
  await mapLimit(missing, attempt.parts ?? 4, part =>
    receivePart(partial, part, source, attempt).catch((error: unknown) => {
      stop.abort()
      throw error
    }),
  )
}

const receivePart = async (partial: Partial, part: Part, source: Source, attempt: Attempt): Promise<void> => {
  // In one piece from the beginning, progress is what gets further than ever before.
  let best = part.done
  await retry(
    async () => {
      if (part.done === part.length) return
      if (attempt.whole && part.done > 0) {
        await partial.restart(Number.POSITIVE_INFINITY)
        part = partial.parts[0] ?? part
      }
      await attempt.slots
        .run(() => streamPart(partial, part, source, attempt), attempt.signal)
        .finally(() => {
          best = Math.max(best, part.done)
        })
      if (part.done < part.length) throw new Passing(`${source.url.host} ended ${source.path} early.`)
    },
    {...hubRetry(attempt), signal: attempt.signal, progress: () => best},
  )
}

const streamPart = async (partial: Partial, part: Part, source: Source, attempt: Attempt): Promise<void> => {
  const {hub, whole, signal} = attempt
  const from = part.offset + part.done
  const to = part.offset + part.length - 1
  const strong = partial.etag?.startsWith('"') ? {'if-range': partial.etag} : {}
  const headers = whole ? {} : {range: `bytes=${from}-${to}`, ...strong}
  const answer = await get(hub, source.url, {headers, signal})
  try {
    checkAnswer(answer, {source, from, to, endpoint: hub.endpoint, etag: partial.etag, whole})
    partial.etag ??= answer.headers.etag
    await writeBody(partial, part, answer, source, attempt)
  } finally {
    answer.body.on('error', () => {}).destroy()
  }
}

const writeBody = async (
  partial: Partial,
  part: Part,
  {body}: Answer,
  {url, path}: Source,
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
