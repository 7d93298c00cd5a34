import {messageOf} from '../../kit/errors.ts'
import {backoffMs} from '../../kit/flow/backoff.ts'
import type {RetryOptions} from '../../kit/flow/retry.ts'
import {Busy, Passing} from './passing.ts'
import {LinkRefused} from './refusal.ts'

/** Work rests before it is tried again. */
export interface HubPause {
  /** Why, for people: "the hub is busy (503)". */
  reason: string
  pauseMs: number
}

export interface HubRetryOptions {
  /** Failures in a row, without progress between them, before giving up. Default 12, which takes two to four minutes. */
  tries?: number | undefined
  /** Longest first pause, ms; it doubles with each failure up to 30 s. Default 1000. */
  firstPauseMs?: number | undefined
  onPause?: ((pause: HubPause) => void) | undefined
  /** Another clock, for tests. */
  sleep?: RetryOptions['wait']
}

const longestPauseMs = 30_000

/** How the hub is asked again: after a growing pause, never before the one it asked for is over. */
export const hubRetry = ({tries = 12, firstPauseMs = 1000, onPause, sleep}: HubRetryOptions): RetryOptions => ({
  attempts: tries,
  pause: (failures, error) =>
    Math.max(error instanceof Busy ? (error.pauseMs ?? 0) : 0, backoffMs(failures, firstPauseMs, longestPauseMs)),
  retryable: error => error instanceof Passing,
  onRetry: ({error, pauseMs}) => onPause?.({reason: reasonOf(error), pauseMs}),
  wait: sleep,
})

/** A link that is refused may have expired: each question begins at the hub, which makes a new one. */
export const linkRetry = ({firstPauseMs = 1000, sleep}: HubRetryOptions): RetryOptions => ({
  attempts: 3,
  pause: failures => backoffMs(failures, firstPauseMs, longestPauseMs),
  retryable: error => error instanceof LinkRefused,
  wait: sleep,
})

const reasonOf = (error: unknown): string =>
  error instanceof Busy ? `the hub is busy (${error.status})` : messageOf(error).replace(/\.$/, '')
