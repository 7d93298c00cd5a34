import {busyError, EssenceError} from '@essence/core/kit/errors'
import {Channel} from '@essence/core/kit/flow/channel'
import {FairSemaphore} from '@essence/core/kit/flow/fair-semaphore'
import {linkedAbort} from '@essence/core/kit/flow/linked-abort'

/** The right to work on a turn, until `release`. */
export interface TurnSlot {
  /** Aborted by `cancel`, and when the service has no more time. */
  signal: AbortSignal
  cancel(reason: EssenceError): void
  release(): void
}

export interface TurnQueueOptions {
  /** Turns worked on at once. */
  maxTurns: number
  /** Turns that may wait. */
  maxWaiting: number
  /** Of those, of one person. */
  maxWaitingPerPerson: number
  /** ms, from wherever. */
  now?: (() => number) | undefined
}

/** Turns whose mean tells how long one takes. */
const recentTurns = 16

/** ms after which whoever was refused may come again at the latest. */
const maxRetryMs = 60_000

/** The turns this process works on at once, and those that wait: bounded, people take turns, and all can be waited for. */
export class TurnQueue {
  readonly #places: FairSemaphore
  readonly #stop = new AbortController()
  readonly #now: () => number
  /** ms that the last turns took, the newest last. */
  readonly #tookMs: number[] = []
  #isDraining = false

  constructor({maxTurns, maxWaiting, maxWaitingPerPerson, now = () => performance.now()}: TurnQueueOptions) {
    this.#now = now
    this.#places = new FairSemaphore({
      limit: maxTurns,
      maxWaiting,
      maxWaitingPerKey: maxWaitingPerPerson,
      refusal: () => busyError('June', maxTurns + maxWaiting, this.#untilThrough(maxTurns)),
    })
  }

  /** Turns that wait now. */
  get waiting(): number {
    return this.#places.waiting
  }

  /** @throws ENGINE_BUSY where a turn of this person would be refused now */
  assertRoom(person: string): void {
    if (this.#isDraining) throw stopping()
    this.#places.assertRoom(person)
  }

  /**
   * @param onPlace called while the turn waits with the number of turns before it
   * @throws ENGINE_BUSY when too many wait or the service takes no more work, CANCELLED
   */
  async take(
    person: string,
    options: {signal?: AbortSignal | undefined; onPlace?: ((place: number) => void) | undefined} = {},
  ): Promise<TurnSlot> {
    if (this.#isDraining) throw stopping()
    const {signal, abort, unlink} = linkedAbort(this.#stop.signal, options.signal)
    try {
      const release = await this.#places.acquire(person, {signal, onPlace: options.onPlace})
      const since = this.#now()
      const leave = (): void => {
        unlink()
        this.#tookMs.push(this.#now() - since)
        if (this.#tookMs.length > recentTurns) this.#tookMs.shift()
        release()
      }
      return {signal, cancel: abort, release: leave}
    } catch (error) {
      unlink()
      throw error
    }
  }

  /**
   * A slot; meanwhile, the number of turns before this one, whenever that changes.
   * @throws as `take`
   */
  async *enter(person: string, signal: AbortSignal): AsyncGenerator<number, TurnSlot> {
    const places = new Channel<number>(Number.POSITIVE_INFINITY)
    const slot = this.take(person, {signal, onPlace: place => void places.push(place)}).finally(() => places.end())
    slot.catch(() => {})
    let isTaken = false
    try {
      yield* places
      isTaken = true
      return await slot
    } finally {
      // Its reader left, and would never release what it is given.
      if (!isTaken)
        void slot.then(
          ({release}) => release(),
          () => {},
        )
    }
  }

  /** Takes no more turns and resolves when those begun and waiting have ended; they are cancelled when the deadline aborts. */
  async drain(deadline: AbortSignal): Promise<void> {
    this.#isDraining = true
    if (!(await this.#places.idle(deadline))) {
      this.#stop.abort(new EssenceError('CANCELLED', 'June had to stop before the turn ended.'))
      await this.#places.idle()
    }
  }

  /** ms in which those that wait now, and one more, are through if turns take as long as of late; undefined before there was one. */
  #untilThrough(maxTurns: number): number | undefined {
    if (this.#tookMs.length === 0) return undefined
    const meanMs = this.#tookMs.reduce((sum, ms) => sum + ms, 0) / this.#tookMs.length
    return Math.min(((this.waiting + 1) * meanMs) / maxTurns, maxRetryMs)
  }
}

const stopping = (): EssenceError => new EssenceError('ENGINE_BUSY', 'June is about to stop and takes no new turns.')
