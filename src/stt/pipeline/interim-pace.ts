import {samplesPerMs} from '../duration.ts'

/** New speech before the first interim of a window and at least between two, in ms. */
const minStepMs = 300

/** Of the time, at most 1/2 goes into interims: the next waits twice as long as the last took. */
const restFactor = 2

/** Decides when an interim result is due: one at a time, the slower the engine the fewer. */
export class InterimPace {
  #running = false
  #window = 0
  #transcribedTo = 0
  #stepMs = minStepMs

  /** Whether the window whose speech begins at `start` and has reached `end`, in samples, is to be transcribed now. */
  due(start: number, end: number): boolean {
    return !this.#running && end - Math.max(start, this.#transcribedTo) >= this.#stepMs * samplesPerMs
  }

  /** Runs one; `work` begins at once. It asks `current` afterwards whether its window is still under way. */
  async run(end: number, work: (current: () => boolean) => Promise<void>): Promise<void> {
    const window = this.#window
    const began = performance.now()
    this.#running = true
    this.#transcribedTo = end
    try {
      await work(() => this.#window === window)
    } finally {
      this.#running = false
      this.#stepMs = Math.max(minStepMs, restFactor * (performance.now() - began))
    }
  }

  /** The window under way is complete. */
  next(): void {
    this.#window++
  }
}
