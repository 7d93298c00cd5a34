import {samplesPerMs} from '../../stt/duration.ts'
import type {Transcript} from '../../stt/port.ts'
import {frameSamples} from '../../stt/vad/vad.ts'
import {StableWords} from './stable-words.ts'

/** ms of further speech after which the words so far are looked for. */
const stepMs = 400

/** The next waits so many times as long as the last took: words for the eye leave the engine to those that are waited for. */
const restFactor = 2

export interface LiveWordsOptions {
  recognize: (signal: AbortSignal) => Promise<Transcript>
  tell: (words: string) => void
}

/** The words of an utterance while it goes on. */
export class LiveWords {
  readonly #options: LiveWordsOptions
  readonly #stable = new StableWords()
  #running: AbortController | undefined
  #isOver = false
  #atFrames = 0
  #stepMs = stepMs

  constructor(options: LiveWordsOptions) {
    this.#options = options
  }

  /** @param frames of speech so far */
  advance(frames: number): void {
    const furtherMs = ((frames - this.#atFrames) * frameSamples) / samplesPerMs
    if (this.#running || furtherMs < this.#stepMs) return
    this.#atFrames = frames
    void this.#run()
  }

  /** The engine is wanted for something that is waited for. */
  pause(): void {
    this.#running?.abort(undefined)
  }

  /** Nobody wants further words. */
  drop(): void {
    this.#isOver = true
    this.pause()
  }

  /** @param text all that was said */
  end(text: string): void {
    this.#isOver = true
    this.#tell(this.#stable.end(text))
  }

  async #run(): Promise<void> {
    const running = new AbortController()
    this.#running = running
    const began = performance.now()
    // What fails here fails again when it is waited for, and is told then.
    const transcript = await this.#options.recognize(running.signal).catch(() => undefined)
    this.#running = undefined
    this.#stepMs = Math.max(stepMs, restFactor * (performance.now() - began))
    if (transcript && !this.#isOver) this.#tell(this.#stable.push(transcript.text))
  }

  #tell(words: string): void {
    if (words !== '') this.#options.tell(words)
  }
}
