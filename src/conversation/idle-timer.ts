import type {Clock} from './port.ts'

export interface IdleTimerOptions {
  clock: Clock
  signal: AbortSignal
  isQuiet: () => boolean
  onIdle: () => void
}

/** Tells once that nothing has happened for a while, until something does. */
export class IdleTimer {
  readonly #options: IdleTimerOptions
  #idleMs: number | undefined
  #touchedAt: number
  #isTold = false
  #isRunning = false

  constructor(options: IdleTimerOptions) {
    this.#options = options
    this.#touchedAt = options.clock.now()
  }

  /** @param idleMs undefined: never */
  set(idleMs: number | undefined): void {
    this.#idleMs = idleMs
    this.touch()
  }

  /** Something happened. */
  touch(): void {
    this.#touchedAt = this.#options.clock.now()
    this.#isTold = false
    if (!this.#isRunning) void this.#wait()
  }

  async #wait(): Promise<void> {
    const {clock, signal, isQuiet, onIdle} = this.#options
    this.#isRunning = true
    while (this.#idleMs !== undefined && !this.#isTold && !signal.aborted) {
      if (!isQuiet()) this.#touchedAt = clock.now()
      const left = this.#touchedAt + this.#idleMs - clock.now()
      if (left <= 0) {
        this.#isTold = true
        onIdle()
      } else await clock.sleep(Math.max(1, left), signal).catch(() => {})
    }
    this.#isRunning = false
  }
}
