import {busyError, EssenceError, throwIfCancelled} from '../../kit/errors.ts'

interface Slot<T> {
  value: T
  /** The conversation that used it last, whose prefix it still holds. */
  conversation: string | undefined
}

/** The right to use a slot until `release`. */
export interface Lease<T> {
  readonly value: T
  release(): void
}

interface Waiter<T> {
  conversation: string | undefined
  resolve: (lease: Lease<T>) => void
  reject: (error: unknown) => void
}

/**
 * No semaphore, because it matters which slot a conversation gets: the one it had before still holds its prefix. Where that is
 * taken it gets an unused one, else the least recently used. Where none is free a request waits in line; running and waiting
 * requests are bounded together.
 */
export class ConversationSlots<T> {
  /** Free slots, the longest unused first. */
  readonly #free: Slot<T>[]
  readonly #waiting: Waiter<T>[] = []
  readonly #limit: number
  #running = 0

  /** @param limit requests at once, waiting ones included */
  constructor(values: T[], limit: number) {
    this.#free = values.map(value => ({value, conversation: undefined}))
    this.#limit = limit
  }

  /** @throws ENGINE_BUSY (as many as may run and wait), CANCELLED (also while waiting) */
  async acquire(conversation: string | undefined, signal?: AbortSignal): Promise<Lease<T>> {
    throwIfCancelled(signal)
    if (this.#running + this.#waiting.length >= this.#limit) throw busyError('The language model', this.#limit)
    const slot = this.#take(conversation)
    if (slot) return this.#lease(slot)
    return await this.#wait(conversation, signal)
  }

  /** Rejects all waiting requests. */
  rejectWaiting(error: Error): void {
    for (const waiter of this.#waiting.splice(0)) waiter.reject(error)
  }

  #wait(conversation: string | undefined, signal: AbortSignal | undefined): Promise<Lease<T>> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1)
        reject(
          new EssenceError('CANCELLED', 'Cancelled while waiting for the language model.', {cause: signal?.reason}),
        )
      }
      const waiter: Waiter<T> = {
        conversation,
        resolve: lease => {
          signal?.removeEventListener('abort', leave)
          resolve(lease)
        },
        reject: error => {
          signal?.removeEventListener('abort', leave)
          reject(error)
        },
      }
      this.#waiting.push(waiter)
      signal?.addEventListener('abort', leave, {once: true})
    })
  }

  #take(conversation: string | undefined): Slot<T> | undefined {
    const own = conversation === undefined ? -1 : this.#free.findIndex(slot => slot.conversation === conversation)
    const unused = this.#free.findIndex(slot => slot.conversation === undefined)
    const index = own >= 0 ? own : Math.max(0, unused)
    const [slot] = this.#free.splice(index, 1)
    if (slot) slot.conversation = conversation
    return slot
  }

  #lease(slot: Slot<T>): Lease<T> {
    let released = false
    this.#running++
    return {
      value: slot.value,
      release: () => {
        if (released) return
        released = true
        this.#running--
        this.#free.push(slot)
        const next = this.#waiting.shift()
        const taken = next && this.#take(next.conversation)
        if (next && taken) next.resolve(this.#lease(taken))
      },
    }
  }
}
