import {setTimeout as delay} from 'node:timers/promises'

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
    await delay(ms, undefined, signal ? {signal} : {}).catch(() => undefined)
  },
}

/**
 * Growing pauses between attempts: 1 s, 2 s, 4 s … 60 s, each shortened by up to a half at random, so that many
 * clients do not come back at the same moment.
 */
export const backoffMs = (failures: number, random: () => number = Math.random): number =>
  Math.min(60_000, 1000 * 2 ** Math.min(failures - 1, 6)) * (1 - random() / 2)
