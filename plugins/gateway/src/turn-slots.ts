import {EssenceError} from '@essence/core/kit/errors'

/** The turns this process works on at once: bounded, and all known, so that they can be waited for. */
export class TurnSlots {
  readonly #running = new Set<AbortController>()
  readonly #max: number
  readonly #empty = Promise.withResolvers<void>()
  #draining = false

  constructor(max: number) {
    this.#max = max
  }

  /**
   * Takes a slot; abort its controller to cancel the turn, and `release` it at the turn's end.
   * @throws ENGINE_BUSY when every slot is taken or the service takes no more work
   */
  take(): AbortController {
    if (this.#draining) throw new EssenceError('ENGINE_BUSY', 'June is about to stop and takes no new turns.')
    if (this.#running.size >= this.#max) {
      throw new EssenceError('ENGINE_BUSY', `June works on ${this.#max} turns already, as many as it does at once.`, {
        suggestions: ['Try again in a moment.'],
      })
    }
    const slot = new AbortController()
    this.#running.add(slot)
    return slot
  }

  release(slot: AbortController): void {
    this.#running.delete(slot)
    if (this.#draining && this.#running.size === 0) this.#empty.resolve()
  }

  /** Takes no more turns and resolves when the running ones have ended; they are cancelled when the deadline aborts. */
  async drain(deadline: AbortSignal): Promise<void> {
    this.#draining = true
    const cancelAll = () => {
      for (const slot of this.#running)
        slot.abort(new EssenceError('CANCELLED', 'June had to stop before the turn ended.'))
    }
    if (this.#running.size === 0) return
    if (deadline.aborted) cancelAll()
    deadline.addEventListener('abort', cancelAll, {once: true})
    await this.#empty.promise
    deadline.removeEventListener('abort', cancelAll)
  }
}
