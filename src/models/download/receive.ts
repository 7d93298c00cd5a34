import {EssenceError, throwIfCancelled} from '../../kit/errors.ts'
import {mapLimit} from '../../kit/flow/map-limit.ts'
import {retry} from '../../kit/flow/retry.ts'
import type {Part} from '../cache/unfinished.ts'
import type {Hasher} from '../digest.ts'
import {proxyHint, RangesBroken, type Source} from '../hub/check-answer.ts'
import {hubRetry} from '../hub/hub-retry.ts'
import {Passing} from '../hub/passing.ts'
import {followDigest} from './follow-digest.ts'
import type {Partial} from './partial.ts'
import {type Attempt, type ReceiveOptions, streamPart} from './stream-part.ts'

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
