/** Numbers of RTP packets begin again after this many. */
const numbers = 65_536

/** Packets that may be waited for in a row: more than that is another stream, or a pause of the network. */
const maxAhead = 50

/** ms that packets wait for one that is missing before them. */
const patienceMs = 60

/** Packets of 20 ms that wait for it at most. */
const maxWaiting = patienceMs / 20

/** A packet in its place, or how many were lost before the next one. */
export type InOrder<T> = {packet: T} | {lost: number}

/**
 * Puts packets that overtook each other in order again. What comes in order goes on at once; only where one is missing the next ones wait, 60 ms at
 * most, and then it is lost. What comes twice, or after it counted as lost, is dropped.
 */
export class JitterBuffer<T> {
  readonly #give: (given: InOrder<T>) => void
  readonly #now: () => number
  readonly #waiting = new Map<number, {packet: T; cameAt: number}>()
  #expected: number | undefined

  /** @param now ms */
  constructor(give: (given: InOrder<T>) => void, now: () => number) {
    this.#give = give
    this.#now = now
  }

  /** Whether packets wait for one that is missing. */
  get isWaiting(): boolean {
    return this.#waiting.size > 0
  }

  /** @param number of the packet, 0 to 65535 */
  push(number: number, packet: T): void {
    this.#expected ??= number
    const ahead = (number - this.#expected + numbers) % numbers
    if (ahead >= numbers - maxAhead) return
    if (ahead > maxAhead) {
      // Another stream: nothing is known of what was between.
      this.#release()
      this.#expected = number
    }
    this.#waiting.set(number, {packet, cameAt: this.#now()})
    this.#giveNext()
    this.look()
  }

  /** Gives up what has been waited for long enough. To be called every 20 ms or so. */
  look(): void {
    while (this.isWaiting && (this.#waiting.size >= maxWaiting || this.#hasWaited())) this.#skip()
  }

  #hasWaited(): boolean {
    const since = this.#now() - patienceMs
    return [...this.#waiting.values()].some(({cameAt}) => cameAt <= since)
  }

  /** All that waits, in order. */
  #release(): void {
    while (this.isWaiting) this.#skip()
  }

  /** What is missing before the next one that is there is lost. */
  #skip(): void {
    let lost = 0
    while (!this.#waiting.has(this.#expected ?? 0)) {
      this.#step()
      lost++
    }
    this.#give({lost})
    this.#giveNext()
  }

  #giveNext(): void {
    for (;;) {
      const next = this.#expected ?? 0
      const waiting = this.#waiting.get(next)
      if (!waiting) return
      this.#waiting.delete(next)
      this.#step()
      this.#give({packet: waiting.packet})
    }
  }

  #step(): void {
    this.#expected = ((this.#expected ?? 0) + 1) % numbers
  }
}
