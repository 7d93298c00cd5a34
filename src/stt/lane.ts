import {EssenceError, throwIfCancelled} from '../kit/errors.ts'

/** Work that cannot run side by side, in the order it came. */
export interface Lane {
  /**
   * Runs work when its turn comes. An abort rejects the caller at once; work under way learns of it through its signal,
   * and the next does not begin before it has settled.
   * @throws CANCELLED, ENGINE_BUSY, ENGINE_UNAVAILABLE (closed), and what the work throws
   */
  run<T>(work: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T>
  /** Rejects everything waiting or under way; resolves when nothing runs any more. */
  close(): Promise<void>
}

interface Job {
  run: () => Promise<void>
  fail: (error: EssenceError) => void
}

/**
 * @param name what errors call it: "The speech recogniser"
 * @param limit how many may wait besides the one that runs
 */
export const openLane = (name: string, limit: number): Lane => {
  const waiting: Job[] = []
  let running: Job | undefined
  let settled = Promise.resolve()
  let closed = false

  const closedError = (): EssenceError => new EssenceError('ENGINE_UNAVAILABLE', `${name} has been closed.`)

  const next = (): void => {
    if (running) return
    running = waiting.shift()
    if (!running) return
    settled = running.run().then(() => {
      running = undefined
      next()
    })
  }

  return {
    async run(work, signal) {
      throwIfCancelled(signal)
      if (closed) throw closedError()
      if (running && waiting.length >= limit) {
        throw new EssenceError(
          'ENGINE_BUSY',
          `${name} is busy: ${waiting.length} are waiting, the limit is ${limit}.`,
          {
            suggestions: ['Try again in a moment.'],
          },
        )
      }
      return await new Promise((resolve, reject) => {
        const stop = new AbortController()
        const onAbort = (): void => {
          job.fail(new EssenceError('CANCELLED', 'Cancelled.', {cause: signal?.reason}))
        }
        const job: Job = {
          run: async () => {
            try {
              resolve(await work(stop.signal))
            } catch (error) {
              reject(error)
            }
            signal?.removeEventListener('abort', onAbort)
          },
          fail: error => {
            const place = waiting.indexOf(job)
            if (place !== -1) waiting.splice(place, 1)
            signal?.removeEventListener('abort', onAbort)
            reject(error)
            stop.abort(error)
          },
        }
        signal?.addEventListener('abort', onAbort, {once: true})
        waiting.push(job)
        next()
      })
    },

    async close() {
      closed = true
      for (const job of [...waiting, ...(running ? [running] : [])]) job.fail(closedError())
      await settled
    },
  }
}
