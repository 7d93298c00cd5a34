/** What tells the time, in ms: tests own it. */
export interface Clocks {
  /** Since the epoch, by a clock of all who share the jobs; it may be set while they run. */
  now: () => number | Promise<number>
  /** Of a clock that only runs. Default: that of the process. */
  running?: (() => number) | undefined
}

/** ms by which a clock may stray between two looks from one that only runs; more, and it was set. */
const strayMs = 10_000

/** Tells the time, and that the clock was set or the machine slept meanwhile: beside a clock that only runs, which nobody sets. */
export class ClockWatch {
  readonly #now: Clocks['now']
  readonly running: () => number
  readonly #onSet: (at: number) => Promise<void>
  #offset: number | undefined
  #setAt = Number.NEGATIVE_INFINITY
  /** It was set, and that is not dealt with yet. */
  #isSet = false

  /** @param onSet has done what is to be done before anybody is told the time; where it rejects it is called again, at the next look */
  constructor({now, running = () => performance.now()}: Clocks, onSet: (at: number) => Promise<void>) {
    this.#now = now
    this.running = running
    this.#onSet = onSet
  }

  /** ms since the epoch. @throws what `now` and `onSet` throw */
  async time(): Promise<number> {
    const at = Math.round(await this.#now())
    const running = this.running()
    if (this.#offset !== undefined && Math.abs(at - running - this.#offset) > strayMs) {
      this.#isSet = true
      this.#setAt = running
    }
    this.#offset = at - running
    if (this.#isSet) await this.#onSet(at)
    this.#isSet = false
    return at
  }

  /** Whether it was not set within so many ms. */
  ranFor(ms: number): boolean {
    return this.running() - this.#setAt >= ms
  }
}

/** What the log is told. */
export const clockWasSet = 'the clock was set, or the machine slept; what waits counts as just received'
