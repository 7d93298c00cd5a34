/** So many in any stretch of so many ms. */
export interface Limit {
  count: number
  ms: number
}

/** Timers and clocks are rounded to whole ms; a limit is not. */
export const marginMs = 20

/**
 * Holds calls to a limit, wherever between their begin and their end they are counted: each has a place until `ms` after its end. Of more
 * calls than there are places, two had the same one, and are as far apart. Whoever waits longest is next.
 */
export class Places {
  readonly #limit: Limit
  readonly #waiting: (() => void)[] = []
  /** When those that are over are free again, in ms of `performance.now()`, in order. */
  readonly #freeAt: number[] = []
  #free: number

  constructor(limit: Limit) {
    this.#limit = limit
    this.#free = limit.count
  }

  get free(): number {
    return this.#free
  }

  /** Whether nobody has, or had of late, a place here. */
  get isIdle(): boolean {
    return this.#free === this.#limit.count
  }

  /** ms until somebody who comes now has a place, as far as it is known. */
  get waitMs(): number {
    if (this.#free > 0) return 0
    const freeAt = this.#freeAt[this.#waiting.length]
    return freeAt === undefined ? this.#limit.ms : Math.max(0, freeAt - performance.now())
  }

  /** Resolves with a place taken. @throws the reason of the signal */
  async enter(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    if (this.#free > 0) {
      this.#free--
      return
    }
    const {promise, resolve, reject} = Promise.withResolvers<void>()
    const stop = (): void => {
      this.#waiting.splice(this.#waiting.indexOf(resolve), 1)
      reject(signal?.reason)
    }
    this.#waiting.push(resolve)
    signal?.addEventListener('abort', stop, {once: true})
    await promise.finally(() => signal?.removeEventListener('abort', stop))
  }

  /** Gives a place back. @param isUsed whether a call was made */
  leave(isUsed: boolean): void {
    if (!isUsed) {
      this.#hand()
      return
    }
    const ms = this.#limit.ms + marginMs
    this.#freeAt.push(performance.now() + ms)
    // No process stays for it.
    setTimeout(() => {
      this.#freeAt.shift()
      this.#hand()
    }, ms).unref()
  }

  #hand(): void {
    const next = this.#waiting.shift()
    if (next) next()
    else this.#free++
  }
}
