/** ms after an interruption within which a client may still say how much of the answer it played. */
const patienceMs = 2000

/** The same where the next question waits for it. */
const hurriedMs = 200

/**
 * What is remembered of an answer that broke off. A client that plays behind what was sent knows better what was heard, and says so right
 * after the interruption: as long as it may, nothing is remembered yet.
 */
export class LateCut {
  readonly #signal: AbortSignal
  /** So far. */
  #questions = 0
  #waiting: {since: number; resolve: (text?: string) => void} | undefined

  /** @param signal aborts when the session ends: nothing more is said then */
  constructor(signal: AbortSignal) {
    this.#signal = signal
  }

  /**
   * @param heard what the conversation knows of it, once it is over
   * @param whole all that was written of it by then
   */
  async of(heard: Promise<string | undefined>, whole: () => string): Promise<string | undefined> {
    const question = this.#questions
    const known = await heard
    if (known === undefined || known.trim() === whole().trim() || this.#signal.aborted) return known
    const {promise, resolve} = Promise.withResolvers<string | undefined>()
    const end = (): void => resolve(undefined)
    const timer = setTimeout(end, this.#questions > question ? hurriedMs : patienceMs)
    this.#signal.addEventListener('abort', end, {once: true})
    this.#waiting = {since: performance.now(), resolve}
    const told = await promise
    this.#waiting = undefined
    clearTimeout(timer)
    this.#signal.removeEventListener('abort', end)
    return told !== undefined && told.length < known.length ? told : known
  }

  /** The client says what was heard of the last answer. */
  cut(text: string): void {
    this.#waiting?.resolve(text)
  }

  /** A question is there; it waits for what is remembered of the answer before. */
  hurry(): void {
    this.#questions++
    if (!this.#waiting) return
    const {since, resolve} = this.#waiting
    setTimeout(resolve, Math.max(0, since + hurriedMs - performance.now()))
  }
}
