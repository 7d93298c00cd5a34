import type {LiveReply} from '../assistant/port.ts'
import {EssenceError} from '../kit/errors.ts'
import {Channel} from '../kit/flow/channel.ts'
import {linkedAbort} from '../kit/flow/linked-abort.ts'
import type {TurnEvent} from '../voice/events.ts'

/** Made once: a trace of the stack for each tells nobody anything. */
const thrownAway = new EssenceError('CANCELLED', 'The person went on: what they say now is answered.')

export interface AttemptOptions {
  /** Runs the turn; its first step may take its time. */
  begin: (live: LiveReply, signal: AbortSignal) => AsyncIterable<TurnEvent>
  /** It was thrown away before it was settled. @param pieces of text the model had written, about as many tokens */
  onDiscard: (pieces: number) => void
  signal: AbortSignal
  /** An answer that somebody waits for already. */
  isSettled: boolean
}

/**
 * An answer that is begun before it is certain that it is wanted: as far as its first sound, and no further, until it is settled. Thrown away,
 * it leaves nothing behind.
 */
export class Attempt {
  readonly #events = new Channel<TurnEvent>(Number.POSITIVE_INFINITY)
  readonly #settled = Promise.withResolvers<void>()
  readonly #heard = Promise.withResolvers<string | undefined>()
  readonly #ended = Promise.withResolvers<void>()
  #isOver = false
  readonly #abort: ReturnType<typeof linkedAbort>
  readonly #onDiscard: (pieces: number) => void
  #isSettled: boolean
  #pieces = 0

  constructor({begin, onDiscard, signal, isSettled}: AttemptOptions) {
    this.#onDiscard = onDiscard
    this.#abort = linkedAbort(signal)
    this.#isSettled = isSettled
    if (isSettled) this.#settled.resolve()
    const live = {settled: this.#settled.promise, heard: this.#heard.promise}
    void this.#run(begin(live, this.#abort.signal))
  }

  /** What happens; to be read once it is settled. @throws what the turn throws */
  get events(): AsyncIterable<TurnEvent> {
    return this.#events
  }

  /** It is wanted. */
  settle(): void {
    this.#isSettled = true
    this.#settled.resolve()
  }

  /** It has been spoken, or interrupted: what was heard of it. Undefined: it counts as never said. */
  end(heard: string | undefined): void {
    if (!this.#isSettled) this.#onDiscard(this.#pieces)
    this.#isOver = true
    this.#ended.resolve()
    this.#heard.resolve(heard)
    this.#abort.abort(thrownAway)
    this.#abort.unlink()
  }

  async #run(events: AsyncIterable<TurnEvent>): Promise<void> {
    try {
      for await (const event of events) {
        if (event.type === 'delta' || event.type === 'thought') this.#pieces++
        void this.#events.push(event)
        if (event.type === 'speech' && !this.#isSettled)
          await Promise.race([this.#settled.promise, this.#ended.promise])
        // Leaving the turn gives back what it holds: its place, its engines.
        if (this.#isOver) break
      }
      this.#events.end()
    } catch (error) {
      this.#events.fail(error)
    }
  }
}
