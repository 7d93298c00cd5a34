import type {Clock} from '@essence/core/proof/conversation/clock'

interface Sleeper {
  at: number
  wake: () => void
}

/** A clock that stands still while anybody has something to do, and then jumps to what comes next. */
export const virtualClock = (): Clock & {run<T>(work: Promise<T>): Promise<T>} => {
  let now = 0
  const sleepers = new Set<Sleeper>()
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const sleeper = {at: now + Math.max(0, ms), wake: resolve}
        sleepers.add(sleeper)
        const abort = (): void => {
          sleepers.delete(sleeper)
          reject(signal?.reason)
        }
        if (signal?.aborted) abort()
        signal?.addEventListener('abort', abort, {once: true})
      }),
    async run(work) {
      let over = false
      const end = (): void => {
        over = true
      }
      work.then(end, end)
      while (!over) {
        await new Promise(setImmediate)
        const next = [...sleepers].reduce<Sleeper | undefined>(
          (first, each) => (first && first.at <= each.at ? first : each),
          undefined,
        )
        if (over || !next) continue
        sleepers.delete(next)
        now = Math.max(now, next.at)
        next.wake()
      }
      return work
    },
  }
}
