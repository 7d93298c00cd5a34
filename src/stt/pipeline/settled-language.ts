/** A window of this many ms settles the language alone; shorter ones when two in a row agree. */
const sufficientMs = 3000

/**
 * The language of a sound: as asked for, else detected anew in each window until it is certain. A person does not change
 * language at a pause, a detector does; but one short word does not decide for an hour.
 */
export class SettledLanguage {
  /** What to ask the engine for: a code, or `auto`. */
  current: string
  #last: string | undefined

  constructor(asked: string) {
    this.current = asked
  }

  /** Adds the language of a window with words in it. */
  add(language: string, windowMs: number): void {
    if (this.current === 'auto' && (windowMs >= sufficientMs || language === this.#last)) this.current = language
    this.#last = language
  }

  /** The language of the whole; `und` where it was not detected. */
  get result(): string {
    return this.current === 'auto' ? (this.#last ?? 'und') : this.current
  }
}
