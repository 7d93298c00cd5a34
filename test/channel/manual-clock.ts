import type {Clock} from '@essence/core/channel/clock'

/** A clock that stands still until it is moved. */
export class ManualClock implements Clock {
  #now = Date.now()
  readonly #sleepers = new Set<{at: number; wake: () => void}>()
  readonly #watchers = new Set<() => void>()

  now = (): number => this.#now

  wait = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise(resolve => {
      const sleeper = {
        at: this.#now + ms,
        wake: (): void => {
          this.#sleepers.delete(sleeper)
          signal?.removeEventListener('abort', sleeper.wake)
          resolve()
        },
      }
      if (signal?.aborted) return resolve()
      signal?.addEventListener('abort', sleeper.wake)
      this.#sleepers.add(sleeper)
      for (const look of [...this.#watchers]) look()
    })

  /** Lets time pass: whoever waits no longer than that goes on. */
  advance(ms: number): void {
    this.#now += ms
    for (const sleeper of [...this.#sleepers].filter(({at}) => at <= this.#now)) sleeper.wake()
  }

  /** ms until each sleeper wakes, shortest first. */
  pending(): number[] {
    return [...this.#sleepers].map(({at}) => at - this.#now).sort((a, b) => a - b)
  }

  /** Resolves once someone waits whose remaining time satisfies the condition. */
  asleep(condition: (ms: number) => boolean = () => true): Promise<void> {
    return new Promise(resolve => {
      const look = (): void => {
        if (!this.pending().some(condition)) return
        this.#watchers.delete(look)
        resolve()
      }
      this.#watchers.add(look)
      look()
    })
  }
}
