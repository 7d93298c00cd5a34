import {Condition} from './condition.ts'
import {type Release, Semaphore, type SemaphoreOptions} from './semaphore.ts'

/** `maxWaiting` and `refusal` hold for each key. */
export interface KeyedQueueOptions extends SemaphoreOptions {
  /** Places of each key. Default 1. */
  perKey?: number | undefined
  /** Places of all keys together. Default: any number. */
  limit?: number | undefined
}

/**
 * A line for each key: what has the same key goes one after the other, in order; different keys go side by side, up to a
 * limit. What waits for its own key takes no place from the others.
 */
export class KeyedQueue<K> {
  readonly #options: KeyedQueueOptions
  readonly #lines = new Map<K, Semaphore>()
  readonly #all: Semaphore
  readonly #change = new Condition()
  #waiting = 0
  #isClosed = false

  constructor(options: KeyedQueueOptions = {}) {
    this.#options = options
    this.#all = new Semaphore(options.limit ?? Number.POSITIVE_INFINITY)
  }

  /** Callers that wait now, for their key or for a place. */
  get waiting(): number {
    return this.#waiting
  }

  /** @throws CANCELLED (also while it waits), the refusal (too many of this key wait), what `close` was given */
  async acquire(key: K, signal?: AbortSignal): Promise<Release> {
    const line = this.#lineOf(key)
    this.#waiting++
    try {
      const leaveLine = await line.acquire(signal)
      const leaveAll = await this.#all.acquire(signal).catch(error => {
        leaveLine()
        throw error
      })
      return () => {
        leaveAll()
        leaveLine()
        this.#settle(key, line)
      }
    } finally {
      this.#waiting--
      this.#settle(key, line)
    }
  }

  /** Does work in its place of the queue. @throws as `acquire`, and what the work throws */
  async run<T>(key: K, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const release = await this.acquire(key, signal)
    try {
      return await work()
    } finally {
      release()
    }
  }

  /** Resolves to true when nothing runs or waits any more, to false when the deadline aborts first. */
  idle(deadline?: AbortSignal): Promise<boolean> {
    return this.#change.until(() => this.#lines.size === 0, deadline)
  }

  /** Resolves to true when fewer than `limit` callers wait or the queue is closed, to false when the deadline aborts first. */
  room(limit: number, deadline?: AbortSignal): Promise<boolean> {
    return this.#change.until(() => this.#isClosed || this.#waiting < limit, deadline)
  }

  /** Sends away the callers that wait, and those still to come; what runs goes on. `idle` then is the end of that. */
  close(reason: unknown): void {
    this.#isClosed = true
    this.#all.close(reason)
    for (const line of this.#lines.values()) line.close(reason)
    this.#change.changed()
  }

  #lineOf(key: K): Semaphore {
    const line = this.#lines.get(key) ?? new Semaphore(this.#options.perKey ?? 1, this.#options)
    this.#lines.set(key, line)
    return line
  }

  #settle(key: K, line: Semaphore): void {
    if (line.held === 0 && line.waiting === 0 && this.#lines.get(key) === line) this.#lines.delete(key)
    this.#change.changed()
  }
}
