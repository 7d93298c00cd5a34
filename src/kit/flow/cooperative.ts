import {setImmediate as yieldToEventLoop} from 'node:timers/promises'

/**
 * Long synchronous work as a generator that yields where it may be interrupted. How often is its own to say, by how much it has
 * done and not by the clock: the same work always yields in the same places.
 */
export type Cooperative<T> = Generator<void, T>

/** Does the work, and lets the event loop run at each yield. */
export const runYielding = async <T>(work: Cooperative<T>): Promise<T> => {
  for (;;) {
    const {done, value} = work.next()
    if (done) return value
    await yieldToEventLoop()
  }
}

/** Works through `length` items, `size` at a time, and yields between two chunks. */
export function* inChunks(length: number, size: number, work: (from: number, to: number) => void): Cooperative<void> {
  for (let from = 0; from < length; from += size) {
    if (from > 0) yield
    work(from, Math.min(length, from + size))
  }
}
