import type {PersonLine} from './person-line.ts'

/** ms between two looks at lines on which nothing may come. */
const tickMs = 20

/** Has silence heard on lines, as long as anybody may go on; while all sleep it stands still. */
export class LineClock {
  readonly #lines: () => Iterable<PersonLine>
  #timer: NodeJS.Timeout | undefined

  constructor(lines: () => Iterable<PersonLine>) {
    this.#lines = lines
  }

  /** Somebody speaks. */
  wake(): void {
    this.#timer ??= setInterval(() => this.#tick(), tickMs)
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #tick(): void {
    let isAwake = false
    for (const line of this.#lines()) {
      line.tick()
      isAwake ||= line.isAwake
    }
    if (!isAwake) this.stop()
  }
}
