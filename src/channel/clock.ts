import {setTimeout as delay} from 'node:timers/promises'
import {backoffMs} from '../kit/flow/backoff.ts'

/** Time, passed in so that tests own it. */
export interface Clock {
  /** ms since the epoch. */
  now(): number
  /** Resolves after `ms`, or at once when the signal aborts; the caller looks at the signal. */
  wait(ms: number, signal?: AbortSignal): Promise<void>
}

export const systemClock: Clock = {
  now: () => Date.now(),
  wait: async (ms, signal) => {
    await delay(ms, undefined, {signal}).catch(() => undefined)
  },
}

/** The pause after so many failures in a row, in ms: 1 s, 2 s, 4 s … 60 s, or up to a half less. */
export const pauseMs = (failures: number): number => backoffMs(failures, 1000, 60_000)
