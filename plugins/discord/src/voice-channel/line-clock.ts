import type {PersonLine} from './person-line.ts'

/** ms between two looks at lines on which nothing may come. */
const tickMs = 20

/** ms that a tick counts for at most: in a process that was too busy to look, packets wait that will be read yet. */
const maxTickMs = 40

/**
 * The time of lines: has silence heard on them, as long as anybody may go on. It stands still while all sleep, and while the process did: that was no
 * silence.
 */
export class LineClock {
  readonly #lines: () => Iterable<PersonLine>
  #timer: NodeJS.Timeout | undefined
  #lastAt = 0
  #now = 0

  constructor(lines: () => Iterable<PersonLine>) {
    this.#lines = lines
  }

  /** ms, from any origin. */
  get now(): number {
    return this.#now
  }

  /** Somebody speaks. */
  wake(): void {
    if (this.#timer) return
    this.#lastAt = performance.now()
    this.#timer = setInterval(() => this.#tick(), tickMs)
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #tick(): void {
    const at = performance.now()
    this.#now += Math.min(maxTickMs, at - this.#lastAt)
    this.#lastAt = at
    let isAwake = false
    for (const line of this.#lines()) {
      line.tick()
      isAwake ||= line.isAwake
    }
    if (!isAwake) this.stop()
  }
}
