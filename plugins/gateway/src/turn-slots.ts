import {busyError, EssenceError} from '@essence/core/kit/errors'
import {Semaphore} from '@essence/core/kit/flow/semaphore'

/** The right to work on a turn, until `release`. */
export interface TurnSlot {
  /** Aborted by `cancel`, and when the service has no more time. */
  signal: AbortSignal
  cancel(reason: EssenceError): void
  release(): void
}

/** The turns this process works on at once: bounded, and all known, so that they can be waited for. */
export class TurnSlots {
  readonly #max: number
  readonly #places: Semaphore
  readonly #stop = new AbortController()
  #isDraining = false

  constructor(max: number) {
    this.#max = max
    this.#places = new Semaphore(max)
  }

  /** @throws ENGINE_BUSY when every slot is taken or the service takes no more work */
  take(): TurnSlot {
    if (this.#isDraining) throw new EssenceError('ENGINE_BUSY', 'June is about to stop and takes no new turns.')
    const release = this.#places.tryAcquire()
    if (!release) throw busyError('June', this.#max)
    const own = new AbortController()
    return {
      signal: AbortSignal.any([own.signal, this.#stop.signal]),
      cancel: reason => own.abort(reason),
      release,
    }
  }

  /** Takes no more turns and resolves when the running ones have ended; they are cancelled when the deadline aborts. */
  async drain(deadline: AbortSignal): Promise<void> {
    this.#isDraining = true
    if (!(await this.#places.idle(deadline))) {
      this.#stop.abort(new EssenceError('CANCELLED', 'June had to stop before the turn ended.'))
      await this.#places.idle()
    }
  }
}
