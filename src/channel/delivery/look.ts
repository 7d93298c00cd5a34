/** Platforms repeat a message for a day at most (Telegram, Discord's gateway far less); twice that is enough to know each again. */
export const keepDoneMs = 48 * 3_600_000
export const keepDeadMs = 7 * 24 * 3_600_000

/** ms after which a job whose worker says nothing is anybody's. */
export const leaseMs = 30_000

/** In the place of the holder of a job whose process is known to be gone. */
export const gone = 'gone'

/** ms between two looks for jobs that another process has stored. */
const lookMs = 500

/** Wakes a worker where this process changes something; of what others change, a look in between tells. */
export class Look {
  #watchers: (() => void)[] = []
  /** Something has changed since it was last asked. */
  #isNew = false

  tell(): void {
    this.#isNew = true
    for (const wake of this.#watchers.splice(0)) wake()
  }

  /** Resolves when there may be something new, or the signal aborts. */
  async wait(signal: AbortSignal): Promise<void> {
    if (this.#isNew) {
      this.#isNew = false
      return
    }
    const {promise, resolve} = Promise.withResolvers<void>()
    this.#watchers.push(resolve)
    const timer = setTimeout(resolve, lookMs)
    const stop = (): void => resolve()
    signal.addEventListener('abort', stop, {once: true})
    if (signal.aborted) stop()
    await promise
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
    this.#watchers = this.#watchers.filter(watcher => watcher !== resolve)
  }
}
