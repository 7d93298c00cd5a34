import type {Cooperative} from '@essence/core/kit/flow/cooperative'

/** Does cooperative work at once. */
export const runSync = <T>(work: Cooperative<T>): T => {
  for (;;) {
    const {done, value} = work.next()
    if (done) return value
  }
}
