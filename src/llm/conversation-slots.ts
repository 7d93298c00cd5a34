import {EssenceError, throwIfCancelled} from '../kit/errors.ts'

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
 * Hands out a fixed number of slots, each to one conversation at a time. A conversation gets the slot it had before where
 * that is free; otherwise one that nobody will miss: unused first, then the least recently used. Who finds none free waits
 * in line, which is bounded.
 */
export class ConversationSlots<T> {
  readonly #size: number
  /** Free slots, the longest unused first. */
  readonly #free: Slot<T>[]
  readonly #waiting: Waiter<T>[] = []
  readonly #queueLimit: number

  constructor(values: T[], queueLimit: number) {
    this.#size = values.length
    this.#free = values.map(value => ({value, conversation: undefined}))
    this.#queueLimit = queueLimit
  }

  /** @throws ENGINE_BUSY (the line is full), CANCELLED (also while waiting) */
  async acquire(conversation: string | undefined, signal?: AbortSignal): Promise<Lease<T>> {
    throwIfCancelled(signal)
    const slot = this.#take(conversation)
    if (slot) return this.#lease(slot)
    if (this.#waiting.length >= this.#queueLimit)
      throw new EssenceError(
        'ENGINE_BUSY',
        `The language model is busy: ${this.#size} conversations run and ${this.#waiting.length} wait, no more may.`,
        {suggestions: ['Try again in a moment.', 'Allow more conversations at once, if memory permits.']},
      )
    return await this.#wait(conversation, signal)
  }

  /** Sends everyone who waits away. */
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
    return {
      value: slot.value,
      release: () => {
        if (released) return
        released = true
        this.#free.push(slot)
        const next = this.#waiting.shift()
        const taken = next && this.#take(next.conversation)
        if (next && taken) next.resolve(this.#lease(taken))
      },
    }
  }
}
