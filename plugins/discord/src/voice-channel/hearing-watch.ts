/** ms of somebody's speech of which nothing could be read that mean that June is deaf. */
const deafAfterMs = 10_000

export interface HearingWatchOptions {
  /** Nothing of what somebody says can be read: once, until something is. */
  onDeaf: (person: string) => void
  deafAfterMs?: number | undefined
  now?: () => number
}

/**
 * Tells when packets of somebody come and none can be read, or none come of somebody who was announced to speak: keys that were lost in a re-keying,
 * or a way of UDP that is shut.
 */
export class HearingWatch {
  readonly #options: HearingWatchOptions
  readonly #now: () => number
  readonly #unread = new Map<string, number>()
  /** Those announced of whom nothing came yet, and since when. */
  readonly #announced = new Map<string, number>()
  #lookedAt: number

  constructor(options: HearingWatchOptions) {
    this.#options = options
    this.#now = options.now ?? (() => performance.now())
    this.#lookedAt = this.#now()
  }

  /** Somebody's packets will come. */
  announced(person: string): void {
    this.#announced.set(person, this.#now())
  }

  /** A packet of theirs was read. */
  read(person: string): void {
    this.forget(person)
  }

  forget(person: string): void {
    this.#unread.delete(person)
    this.#announced.delete(person)
  }

  /** To be called every half a second or so. @param speaking those of whom packets come now */
  look(speaking: Iterable<string>): void {
    const {onDeaf, deafAfterMs: limitMs = deafAfterMs} = this.#options
    const now = this.#now()
    // A process that was stopped, or too busy to look, has not listened meanwhile.
    const passedMs = Math.min(1000, now - this.#lookedAt)
    this.#lookedAt = now
    for (const person of speaking) {
      this.#announced.delete(person)
      this.#unread.set(person, (this.#unread.get(person) ?? 0) + passedMs)
    }
    const unread = [...this.#unread].find(([, ms]) => ms >= limitMs)
    const silent = [...this.#announced].find(([, since]) => now - since >= limitMs)
    const [person] = unread ?? silent ?? []
    if (person === undefined) return
    this.reset()
    onDeaf(person)
  }

  /** Begins anew: with another connection. */
  reset(): void {
    this.#unread.clear()
    this.#announced.clear()
  }
}
