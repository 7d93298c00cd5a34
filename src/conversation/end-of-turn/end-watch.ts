import {samplesPerMs} from '../../stt/duration.ts'
import type {EndOfTurnDetector, TurnEnding} from './port.ts'
import {silenceNeeded} from './waiting.ts'

/** Samples that a detector looks at: the last 8 s. */
const detectorSamples = 8000 * samplesPerMs

export interface EndWatchOptions {
  endOfTurn: EndOfTurnDetector
  turnTaking: () => TurnEnding
  signal: AbortSignal
  /** The turn so far, at 16 kHz. */
  sound: () => Float32Array
  /** Sample at which the present pause began. */
  quietSince: () => number | undefined
  /** The detector has answered: look again. */
  onKnown: () => void
}

/** Finds out in the pauses of a turn whether one of them is its end. */
export class EndWatch {
  readonly #options: EndWatchOptions
  /** What the detector has said in this pause, in order. */
  #probabilities: number[] = []
  #isAsking = false

  constructor(options: EndWatchOptions) {
    this.#options = options
  }

  /** Speech goes on: the next pause is another. */
  resume(): void {
    this.#probabilities = []
  }

  /** Whether so much silence ends the turn; asks the detector where it is time. @param quietMs ms of silence in this pause */
  isReached(quietMs: number): boolean {
    const {endedBy, eagerness, silenceMs} = this.#options.turnTaking()
    if (endedBy === 'silence') return quietMs >= silenceMs
    const {askAtMs, endsAtMs} = silenceNeeded(this.#probabilities, eagerness)
    if (quietMs >= endsAtMs) return true
    if (quietMs >= askAtMs && !this.#isAsking) void this.#ask()
    return false
  }

  /** Where the detector fails, the longest silence decides. */
  async #ask(): Promise<void> {
    const {endOfTurn, signal, sound, quietSince, onKnown} = this.#options
    const pause = quietSince()
    this.#isAsking = true
    const probability = await endOfTurn.endOfTurn(sound().subarray(-detectorSamples), signal).catch(() => 0)
    this.#isAsking = false
    if (quietSince() !== pause) return
    this.#probabilities.push(probability)
    onKnown()
  }
}
