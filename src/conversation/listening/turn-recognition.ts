import {quietestCut} from '../../audio/dsp/quietest-cut.ts'
import {samplesPerMs} from '../../stt/duration.ts'
import type {Transcript} from '../../stt/port.ts'
import {joinTexts} from '../../text/join-texts.ts'

/** Samples of speech after which what was said before a pause is not recognised again: 5 s. */
const settleAfter = 5000 * samplesPerMs

/** Samples of speech without a pause after which it is cut at its quietest: 25 s. Recognisers hear 30 s at once. */
const cutAfter = 25_000 * samplesPerMs

export interface TurnRecognitionOptions {
  /** Where the turn's sound begins, in samples. */
  start: number
  /** Sound from a place on, to the last that came. */
  soundFrom: (start: number) => Float32Array
  /** Samples of sound so far. */
  reached: () => number
  /** @throws what the recogniser throws */
  recognize: (audio: Float32Array, signal: AbortSignal) => Promise<Transcript>
  signal: AbortSignal
}

/** Recognises a turn while it goes on, so that at its end only the last of it is left to do. */
export class TurnRecognition {
  readonly #options: TurnRecognitionOptions
  /** Of what was said before `#settledTo`. */
  #before: Promise<Transcript> | undefined
  #settledTo: number

  constructor(options: TurnRecognitionOptions) {
    this.#options = options
    this.#settledTo = options.start
  }

  /** All that was said. */
  now(signal = this.#options.signal): Promise<Transcript> {
    return this.#of(this.#sound(), signal)
  }

  /** Cuts where it has been long without a pause. */
  cutWhereLong(): void {
    const {reached, signal} = this.#options
    const to = reached()
    if (to - this.#settledTo < cutAfter) return
    const sound = this.#sound()
    const cut = quietestCut(sound)
    this.#settle(this.#of(sound.subarray(0, cut), signal), to - (sound.length - cut))
  }

  /** In a pause. @returns what was said before it, and how to keep that, should the turn go on */
  pause(signal: AbortSignal): {transcript: Promise<Transcript>; settle: () => boolean} {
    const sound = this.#sound()
    const to = this.#options.reached()
    const transcript = this.#of(sound, signal)
    const settle = (): boolean => {
      if (sound.length < settleAfter) return false
      this.#settle(transcript, to)
      return true
    }
    return {transcript, settle}
  }

  async #of(sound: Float32Array, signal: AbortSignal): Promise<Transcript> {
    const [first, last] = await Promise.all([this.#before, this.#options.recognize(sound, signal)])
    if (!first) return last
    const audioMs = first.audioMs + last.audioMs
    return {...last, language: first.language, text: joinTexts([first.text, last.text]), audioMs}
  }

  #sound(): Float32Array {
    return this.#options.soundFrom(this.#settledTo)
  }

  /** @param to the end of what was recognised, in samples */
  #settle(transcript: Promise<Transcript>, to: number): void {
    // Looked at with what comes after it.
    transcript.catch(() => {})
    this.#before = transcript
    this.#settledTo = to
  }
}
