import {setImmediate as turnOfTheLoop} from 'node:timers/promises'

/**
 * Long work that pauses now and then, as a generator that yields where it may be interrupted. How often it does so is its own
 * to say, by how much it has done and not by the clock: the same work always pauses in the same places.
 */
export type Breathing<T> = Generator<void, T>

/** Does the work, with a turn of the event loop for everybody else at each pause. */
export const breathing = async <T>(work: Breathing<T>): Promise<T> => {
  for (;;) {
    const {done, value} = work.next()
    if (done) return value
    await turnOfTheLoop()
  }
}

/** Does the work without a pause: for threads and for what is short. */
export const inOneBreath = <T>(work: Breathing<T>): T => {
  for (;;) {
    const {done, value} = work.next()
    if (done) return value
  }
}

/** Work on a row of `length`, a stretch of `stride` at a time with a pause between two. */
export function* inStrides(length: number, stride: number, work: (from: number, to: number) => void): Breathing<void> {
  for (let from = 0; from < length; from += stride) {
    if (from > 0) yield
    work(from, Math.min(length, from + stride))
  }
}
