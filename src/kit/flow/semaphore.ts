import {EssenceError, throwIfCancelled} from '../errors.ts'
import {Condition} from './condition.ts'

/** Gives a place back; more calls do nothing. */
export type Release = () => void

export interface SemaphoreOptions {
  /** Callers that may wait at once. Default: any number. */
  maxWaiting?: number | undefined
  /** What refuses one more. Default: ENGINE_BUSY. */
  refusal?: (() => Error) | undefined
}

interface Waiter {
  resolve: (release: Release) => void
  reject: (error: unknown) => void
}

/**
 * A number of places. A caller that finds none free waits for one, first come, first served; an abort gives up its place in
 * the line. A place that is held is free again only by `release`: aborted work holds its place until it has really stopped.
 */
export class Semaphore {
  readonly #limit: number
  readonly #options: SemaphoreOptions
  readonly #waiting = new Set<Waiter>()
  readonly #change = new Condition()
  #held = 0
  #closed: {reason: unknown} | undefined

  /** @param limit places; `Infinity` only counts */
  constructor(limit: number, options: SemaphoreOptions = {}) {
    this.#limit = limit
    this.#options = options
  }

  /** Places held now. */
  get held(): number {
    return this.#held
  }

  /** Callers that wait now. */
  get waiting(): number {
    return this.#waiting.size
  }

  /** A place, if one is free. */
  tryAcquire(): Release | undefined {
    if (this.#closed || this.#held >= this.#limit) return undefined
    this.#held++
    return this.#release()
  }

  /**
   * Whoever is given a place first also goes on first: whether it had to wait or not, it is one turn of the microtask queue.
   * @throws CANCELLED (also while it waits), the refusal (too many wait), what `close` was given
   */
  acquire(signal?: AbortSignal): Promise<Release> {
    const {promise, ...waiter} = Promise.withResolvers<Release>()
    try {
      throwIfCancelled(signal)
      if (this.#closed) throw this.#closed.reason
      const {maxWaiting = Number.POSITIVE_INFINITY, refusal = full} = this.#options
      const release = this.tryAcquire()
      if (release) waiter.resolve(release)
      else if (this.#waiting.size >= maxWaiting) throw refusal()
      else this.#wait(waiter, signal)
    } catch (error) {
      waiter.reject(error)
    }
    return promise
  }

  /** Does work in a place. @throws as `acquire`, and what the work throws */
  async run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const release = await this.acquire(signal)
    try {
      return await work()
    } finally {
      release()
    }
  }

  /** Resolves to true when no place is held any more, to false when the deadline aborts first. */
  idle(deadline?: AbortSignal): Promise<boolean> {
    return this.#change.until(() => this.#held === 0, deadline)
  }

  /** Sends away the callers that wait, and those still to come. Places that are held stay so. */
  close(reason: unknown): void {
    this.#closed ??= {reason}
    for (const waiter of this.#waiting) waiter.reject(this.#closed.reason)
    this.#waiting.clear()
  }

  #wait({resolve, reject}: Waiter, signal: AbortSignal | undefined): void {
    const done = (): void => signal?.removeEventListener('abort', leave)
    const waiter: Waiter = {
      resolve: release => {
        done()
        resolve(release)
      },
      reject: error => {
        done()
        reject(error)
      },
    }
    const leave = (): void => {
      this.#waiting.delete(waiter)
      waiter.reject(new EssenceError('CANCELLED', 'Cancelled while waiting.', {cause: signal?.reason}))
    }
    this.#waiting.add(waiter)
    signal?.addEventListener('abort', leave, {once: true})
  }

  #release(): Release {
    let isHeld = true
    return () => {
      if (isHeld) this.#giveBack()
      isHeld = false
    }
  }

  #giveBack(): void {
    const [next] = this.#waiting
    if (next) {
      this.#waiting.delete(next)
      next.resolve(this.#release())
      return
    }
    this.#held--
    this.#change.changed()
  }
}

const full = (): EssenceError =>
  new EssenceError('ENGINE_BUSY', 'Too many wait already.', {suggestions: ['Try again in a moment.']})
