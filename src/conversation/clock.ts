import {setTimeout as delay} from 'node:timers/promises'
import type {Clock} from './port.ts'

/** The machine's own: never goes back. */
export const systemClock: Clock = {
  now: () => performance.now(),
  sleep: async (ms, signal) => {
    await delay(ms, undefined, {signal})
  },
}
