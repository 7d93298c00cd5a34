/**
 * Keys and values of one layer for the positions so far, for several beams: [beams, length, width], as the decoder takes them.
 * What a step adds is put behind them only when it is known which beams go on.
 */
export class DecoderPast {
  readonly #width: number
  #kept = new Float32Array(0)
  /** Where the next are put together. */
  #spare = new Float32Array(0)
  #fresh = new Float32Array(0)
  #beams = 1
  #length = 0

  constructor(width: number) {
    this.#width = width
  }

  /** Of one beam. */
  get length(): number {
    return this.#length
  }

  /** [beams, length, width] */
  get data(): Float32Array<ArrayBuffer> {
    return this.#kept.subarray(0, this.#beams * this.#length * this.#width)
  }

  clear(): void {
    this.#beams = 1
    this.#length = 0
    this.#fresh = new Float32Array(0)
  }

  /** @param from for each beam to come, which of the beams so far it goes on from */
  continueFrom(from: readonly number[]): void {
    const old = this.#length * this.#width
    const added = this.#fresh.length / this.#beams
    const size = old + added
    const alone = this.#beams === 1 && from.length === 1
    if (alone && this.#kept.length >= size) {
      this.#kept.set(this.#fresh, old)
    } else {
      if (this.#spare.length < from.length * size) this.#spare = new Float32Array(2 * from.length * size)
      for (const [beam, parent] of from.entries()) {
        this.#spare.set(this.#kept.subarray(parent * old, (parent + 1) * old), beam * size)
        this.#spare.set(this.#fresh.subarray(parent * added, (parent + 1) * added), beam * size + old)
      }
      ;[this.#kept, this.#spare] = [this.#spare, this.#kept]
    }
    this.#beams = from.length
    this.#length = size / this.#width
    this.#fresh = new Float32Array(0)
  }

  /** @param fresh [beams, positions, width] */
  add(fresh: Float32Array<ArrayBuffer>): void {
    this.#fresh = fresh
  }
}
