import {setTimeout as sleep} from 'node:timers/promises'

/** A clock and its timer, in ms; for tests one that does not wait. */
export interface Clock {
  now(): number
  /** @throws what the signal aborts with */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export const realClock: Clock = {
  now: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, signal && {signal}),
}
