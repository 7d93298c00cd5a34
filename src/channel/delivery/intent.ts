import type {Clock} from '../clock.ts'

/** A part that may not go out for so many ms is recorded as one that has not: a crash must not cost it. */
const soonMs = 100

/** The record that a part is about to go out. What has to be waited for before that is no time in which it may have. */
export class Intent {
  readonly #record: (inFlight: boolean) => Promise<void>
  readonly #soon = new AbortController()
  /** One record after the other. */
  #recorded: Promise<void>
  #isBegun = false

  /** @param record says whether it may have gone out */
  constructor(record: (inFlight: boolean) => Promise<void>, clock: Clock) {
    this.#record = record
    const {signal} = this.#soon
    this.#recorded = clock.wait(soonMs, signal).then(() => (signal.aborted ? undefined : record(false)))
    this.#recorded.catch(() => undefined)
  }

  /** Whether it may have gone out. */
  get isBegun(): boolean {
    return this.#isBegun
  }

  /** Resolves once it is recorded that the part may be on its way: now it may go out. @throws what recording throws */
  begin = (): Promise<void> => {
    this.#soon.abort()
    this.#recorded = this.#recorded.then(async () => {
      if (this.#isBegun) return
      await this.#record(true)
      this.#isBegun = true
    })
    return this.#recorded
  }

  /** Records nothing more by itself. @throws what recording threw */
  async end(): Promise<void> {
    this.#soon.abort()
    await this.#recorded
  }
}
