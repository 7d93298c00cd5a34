import {setTimeout as pauseFor} from 'node:timers/promises'
import {isEssenceError, throwIfCancelled} from '../errors.ts'

export interface RetryOptions {
  /** Failures in a row after which it is given up. Default: any number. */
  attempts?: number | undefined
  /** ms from the beginning: the last attempt begins then, at the latest. Default: no end. */
  withinMs?: number | undefined
  /** ms before the next attempt, after so many failures in a row: see `backoffMs`. A server may have asked for another one in its error. */
  pause: (failures: number, error: unknown) => number
  /** Whether another attempt may succeed. Default: what the table of errors says. */
  retryable?: ((error: unknown) => boolean) | undefined
  /** A number that grows with what was achieved: a failure after progress counts as the first. */
  progress?: (() => number) | undefined
  /** Called before each pause. */
  onRetry?: ((retry: {error: unknown; failures: number; pauseMs: number}) => void) | undefined
  signal?: AbortSignal | undefined
  /** Another clock, for tests. */
  wait?: ((ms: number, signal: AbortSignal | undefined) => Promise<unknown>) | undefined
}

/** A longer timer ends at once. */
const maxTimerMs = 2 ** 31 - 1

/**
 * Does work until it succeeds, fails for good, or has failed too often or for too long.
 * @throws CANCELLED, also where the work failed of it; else what the last attempt threw
 */
export const retry = async <T>(work: () => Promise<T>, options: RetryOptions): Promise<T> => {
  const {attempts = Number.POSITIVE_INFINITY, withinMs = Number.POSITIVE_INFINITY, pause, onRetry, signal} = options
  const {retryable = isRetryable, progress = () => 0, wait = sleep} = options
  const until = performance.now() + withinMs
  let failures = 0
  for (;;) {
    throwIfCancelled(signal)
    const before = progress()
    try {
      return await work()
    } catch (error) {
      throwIfCancelled(signal)
      failures = progress() > before ? 1 : failures + 1
      const leftMs = until - performance.now()
      if (!retryable(error) || failures >= attempts || leftMs <= 0) throw error
      const pauseMs = Math.min(pause(failures, error), leftMs, maxTimerMs)
      onRetry?.({error, failures, pauseMs})
      // The top of the loop sees an abort.
      await wait(pauseMs, signal).catch(() => {})
    }
  }
}

const isRetryable = (error: unknown): boolean => isEssenceError(error) && error.retryable

const sleep = (ms: number, signal: AbortSignal | undefined): Promise<unknown> => pauseFor(ms, undefined, {signal})
