import {backoffMs} from '../../kit/flow/backoff.ts'
import type {RetryOptions} from '../../kit/flow/retry.ts'
import {Passing} from './hub-error.ts'

export interface HubRetryOptions {
  /** Failures in a row, without progress between them, before giving up. Default 6. */
  tries?: number | undefined
  /** Longest first pause, ms; it doubles with each failure up to 30 s. Default 1000. */
  firstPauseMs?: number | undefined
}

const longestPauseMs = 30_000

/** How the hub is asked again: after the pause it asks for itself, else after a growing one. */
export const hubRetry = ({tries = 6, firstPauseMs = 1000}: HubRetryOptions): RetryOptions => ({
  attempts: tries,
  pause: (failures, error) =>
    (error instanceof Passing ? error.afterMs : undefined) ?? backoffMs(failures, firstPauseMs, longestPauseMs),
})
