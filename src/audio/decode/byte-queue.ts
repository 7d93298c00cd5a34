/** Reads a stream of bytes in amounts of the reader's choice. */
export class ByteQueue {
  readonly #source: AsyncIterator<Uint8Array>
  #head: Buffer = Buffer.alloc(0)
  #ended = false

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]()
  }

  /** The next bytes, without taking them: so many, or fewer where the stream ends before. */
  async peek(count: number): Promise<Buffer> {
    while (this.#head.length < count && !this.#ended) await this.#fill()
    return this.#head.subarray(0, count)
  }

  /** Takes what is there, at most so many bytes; waits where nothing is. Nothing at the end. */
  async take(most: number): Promise<Buffer> {
    while (this.#head.length === 0 && !this.#ended) await this.#fill()
    const taken = this.#head.subarray(0, most)
    this.#head = this.#head.subarray(taken.length)
    return taken
  }

  /** All that is left, as it comes. */
  async *rest(): AsyncGenerator<Buffer> {
    for (;;) {
      const taken = await this.take(Number.POSITIVE_INFINITY)
      if (taken.length === 0) return
      yield taken
    }
  }

  /** Passes over so many bytes. */
  async skip(count: number): Promise<void> {
    for (let left = count; left > 0; ) {
      const {length} = await this.take(left)
      if (length === 0) return
      left -= length
    }
  }

  /** Tells the source that nothing more is wanted. */
  async close(): Promise<void> {
    if (!this.#ended) await this.#source.return?.()
    this.#ended = true
  }

  async #fill(): Promise<void> {
    const {done, value} = await this.#source.next()
    if (done) this.#ended = true
    else this.#head = this.#head.length === 0 ? Buffer.from(value) : Buffer.concat([this.#head, value])
  }
}
