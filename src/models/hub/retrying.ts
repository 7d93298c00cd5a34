import {setTimeout as pause} from 'node:timers/promises'
import {EssenceError, isEssenceError, throwIfCancelled} from '../../kit/errors.ts'
import {backoffMs} from '../../kit/flow/backoff.ts'
import {Passing} from './hub-error.ts'

export interface RetryOptions {
  /** Failures in a row, without progress between them, before giving up. Default 6. */
  tries?: number
  /** Longest first pause, ms; it doubles with each failure up to 30 s. Default 1000. */
  firstPauseMs?: number
}

interface Work extends RetryOptions {
  signal?: AbortSignal | undefined
  /** A number that grows with what has been achieved: a failure after progress counts as the first. */
  progress?: () => number
}

const longestPauseMs = 30_000

/**
 * Runs `work` until it succeeds, fails for good, or has failed too often without progress. Pauses are random between
 * half and all of their length, so that many machines do not come back at the same moment.
 * @throws what `work` throws; CANCELLED
 */
export const retrying = async <T>(work: () => Promise<T>, options: Work = {}): Promise<T> => {
  const {tries = 6, firstPauseMs = 1000, signal, progress = () => 0} = options
  let failures = 0
  for (;;) {
    const before = progress()
    try {
      return await work()
    } catch (error) {
      throwIfCancelled(signal)
      if (!isEssenceError(error) || !error.retryable) throw error
      failures = progress() > before ? 1 : failures + 1
      if (failures >= tries) throw error
      const asked = error instanceof Passing ? error.afterMs : undefined
      await pause(asked ?? backoffMs(failures, firstPauseMs, longestPauseMs), undefined, {signal}).catch(() => {
        throw new EssenceError('CANCELLED', 'Cancelled.')
      })
    }
  }
}
