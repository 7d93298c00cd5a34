import {linkedAbort} from '../kit/flow/linked-abort.ts'
import type {Transcript} from '../stt/port.ts'
import type {Attempt} from './attempt.ts'

export interface SpeculationOptions {
  /** What the person has said, as far as it is known: mono, 16 kHz. */
  audio: Float32Array
  recognize: (audio: Float32Array, signal: AbortSignal) => Promise<Transcript>
  /** Begins an answer; undefined: none is wanted. */
  think: (transcript: Transcript) => Attempt | undefined
  signal: AbortSignal
}

/**
 * A turn that may be over: recognised and thought about while it is found out whether it is. The same whether it is begun in a pause or when
 * the turn has ended.
 */
export class Speculation {
  readonly audio: Float32Array
  /** Rejects with what recognition throws, CANCELLED where it was discarded. */
  readonly transcript: Promise<Transcript>
  readonly #abort: ReturnType<typeof linkedAbort>
  #attempt: Attempt | undefined

  constructor({audio, recognize, think, signal}: SpeculationOptions) {
    this.audio = audio
    this.#abort = linkedAbort(signal)
    const own = this.#abort.signal
    this.transcript = recognize(audio, own).then(transcript => {
      if (!own.aborted && transcript.text.trim() !== '') this.#attempt = think(transcript)
      return transcript
    })
    // Looked at when the turn is over, if at all.
    this.transcript.catch(() => {})
  }

  /** Taken over by whoever reads it: discarding this leaves it alone. */
  takeAttempt(): Attempt | undefined {
    const attempt = this.#attempt
    this.#attempt = undefined
    this.#abort.unlink()
    return attempt
  }

  discard(): void {
    this.#attempt?.end(undefined)
    this.#attempt = undefined
    this.#abort.abort(undefined)
    this.#abort.unlink()
  }
}
