import {linkedAbort} from '../kit/flow/linked-abort.ts'
import type {Transcript} from '../stt/port.ts'
import type {Attempt} from './attempt.ts'
import type {TurnRecognition} from './listening/turn-recognition.ts'

export interface SpeculationOptions {
  recognition: Pick<TurnRecognition, 'pause'>
  /** Begins an answer; undefined: none is wanted. */
  think: (transcript: Transcript) => Attempt | undefined
  signal: AbortSignal
}

/**
 * A turn that may be over: recognised and thought about while it is found out whether it is. The same whether it is begun in a pause or when
 * the turn has ended.
 */
export class Speculation {
  /** Rejects with what recognition throws, CANCELLED where it was discarded. */
  readonly transcript: Promise<Transcript>
  readonly #abort: ReturnType<typeof linkedAbort>
  readonly #settle: () => boolean
  #attempt: Attempt | undefined
  #isOutdated = false

  constructor({recognition, think, signal}: SpeculationOptions) {
    this.#abort = linkedAbort(signal)
    const {transcript, settle} = recognition.pause(this.#abort.signal)
    this.#settle = settle
    this.transcript = transcript.then(heard => {
      this.#abort.unlink()
      if (!this.#isOutdated && heard.text.trim() !== '') this.#attempt = think(heard)
      return heard
    })
    // Looked at when the turn is over, if at all.
    this.transcript.catch(() => {})
  }

  /** Taken over by whoever reads it: discarding this leaves it alone. */
  takeAttempt(): Attempt | undefined {
    const attempt = this.#attempt
    this.#attempt = undefined
    return attempt
  }

  /** The person went on: what was begun is thrown away, and of what was recognised what is long enough stands. */
  discard(): void {
    this.#isOutdated = true
    this.takeAttempt()?.end(undefined)
    if (!this.#settle()) this.drop()
  }

  /** Nobody wants any of it. */
  drop(): void {
    this.#isOutdated = true
    this.takeAttempt()?.end(undefined)
    this.#abort.abort(undefined)
    this.#abort.unlink()
  }
}
