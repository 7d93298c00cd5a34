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
  // Not that of `node:timers/promises`: it makes an error, with a stack, of each wait that is over early.
  wait: (ms, signal) =>
    new Promise(resolve => {
      if (signal?.aborted) return resolve()
      const end = (): void => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', end)
        resolve()
      }
      const timer = setTimeout(end, ms)
      signal?.addEventListener('abort', end, {once: true})
    }),
}

/** The pause after so many failures in a row, in ms: 1 s, 2 s, 4 s … 60 s, or up to a half less. */
export const pauseMs = (failures: number): number => backoffMs(failures, 1000, 60_000)
