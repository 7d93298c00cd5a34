import {EssenceError, throwIfCancelled} from '../errors.ts'
import {Condition} from './condition.ts'
import type {Release} from './semaphore.ts'

export interface FairSemaphoreOptions {
  /** Places. */
  limit: number
  /** Of those, held by one key at most. Default: all. */
  limitPerKey?: number | undefined
  /** Callers that may wait at once. */
  maxWaiting: number
  /** Of those, with one key. */
  maxWaitingPerKey: number
  /** What refuses one more. */
  refusal: () => Error
}

interface Waiter {
  give: (release: Release) => void
  onPlace: ((place: number) => void) | undefined
  place: number
}

/**
 * A number of places, for which keys take turns: of the callers that wait, one of each key is served before a second one of any; within
 * a key, first come, first served. A place that is held is free again only by its release.
 */
export class FairSemaphore {
  readonly #options: FairSemaphoreOptions
  /** Those who wait, by key; the key at the front is served next, and goes to the end. */
  readonly #waiting = new Map<string, Waiter[]>()
  readonly #change = new Condition()
  /** Places held, by key. */
  readonly #heldBy = new Map<string, number>()
  #held = 0
  #waits = 0

  constructor(options: FairSemaphoreOptions) {
    this.#options = options
  }

  get waiting(): number {
    return this.#waits
  }

  /**
   * @param onPlace called while it waits with the number of callers before it, whenever that changes; 0 is the next
   * @throws CANCELLED (also while it waits), the refusal (too many wait)
   */
  async acquire(
    key: string,
    {signal, onPlace}: {signal?: AbortSignal | undefined; onPlace?: ((place: number) => void) | undefined} = {},
  ): Promise<Release> {
    throwIfCancelled(signal)
    if (this.#isFree(key)) return this.#take(key)
    this.assertRoom(key)
    const line = this.#waiting.get(key) ?? []
    const {promise, resolve, reject} = Promise.withResolvers<Release>()
    const waiter: Waiter = {give: resolve, onPlace, place: -1}
    line.push(waiter)
    this.#waiting.set(key, line)
    this.#waits++
    this.#tellPlaces()
    const leave = (): void => {
      const at = line.indexOf(waiter)
      if (at === -1) return
      line.splice(at, 1)
      if (line.length === 0) this.#waiting.delete(key)
      this.#waits--
      this.#tellPlaces()
      reject(new EssenceError('CANCELLED', 'Cancelled while waiting.', {cause: signal?.reason}))
    }
    signal?.addEventListener('abort', leave, {once: true})
    try {
      return await promise
    } finally {
      signal?.removeEventListener('abort', leave)
    }
  }

  /** @throws the refusal, where a caller with this key would get it now */
  assertRoom(key: string): void {
    const {maxWaiting, maxWaitingPerKey, refusal} = this.#options
    if (this.#isFree(key)) return
    const line = this.#waiting.get(key)?.length ?? 0
    if (this.#waits >= maxWaiting || line >= maxWaitingPerKey) throw refusal()
  }

  /** Resolves to true when no place is held and nobody waits, to false when the deadline aborts first. */
  idle(deadline?: AbortSignal): Promise<boolean> {
    return this.#change.until(() => this.#held === 0 && this.#waits === 0, deadline)
  }

  /** A place is free, and this key may have it. */
  #isFree(key: string): boolean {
    const {limit, limitPerKey = limit} = this.#options
    return this.#held < limit && (this.#heldBy.get(key) ?? 0) < limitPerKey
  }

  #take(key: string): Release {
    this.#held++
    this.#heldBy.set(key, (this.#heldBy.get(key) ?? 0) + 1)
    let isHeld = true
    return () => {
      if (isHeld) this.#giveBack(key)
      isHeld = false
    }
  }

  #giveBack(key: string): void {
    this.#held--
    const left = (this.#heldBy.get(key) ?? 1) - 1
    if (left > 0) this.#heldBy.set(key, left)
    else this.#heldBy.delete(key)
    this.#serveNext()
    this.#change.changed()
  }

  #serveNext(): void {
    const next = [...this.#waiting].find(([key]) => this.#isFree(key))
    const waiter = next?.[1].shift()
    if (!next || !waiter) return
    const [key, line] = next
    this.#waiting.delete(key)
    if (line.length > 0) this.#waiting.set(key, line)
    this.#waits--
    waiter.give(this.#take(key))
    this.#tellPlaces()
  }

  #tellPlaces(): void {
    const lines = [...this.#waiting.values()]
    for (const [position, line] of lines.entries()) {
      for (const [index, waiter] of line.entries()) {
        if (!waiter.onPlace) continue
        // Of a line nearer to the front, one more is served before it.
        const others = lines.map((other, at) => Math.min(other.length, index + (at < position ? 1 : 0)))
        const place = index + others.reduce((sum, count, at) => (at === position ? sum : sum + count), 0)
        if (place === waiter.place) continue
        waiter.place = place
        waiter.onPlace(place)
      }
    }
  }
}
