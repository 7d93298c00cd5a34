/** Turns pushed items into something to iterate over. One reader; items wait until they are read. */
export class DeltaQueue<T> {
  readonly #items: T[] = []
  #ended: {error?: unknown} | undefined
  #wake: (() => void) | undefined

  push(item: T): void {
    if (this.#ended) return
    this.#items.push(item)
    this.#wake?.()
  }

  /** Ends the iteration after the items that were pushed. The first end counts. */
  end(): void {
    this.#ended ??= {}
    this.#wake?.()
  }

  /** Ends the iteration at once, also after `end`: items not yet read are dropped and the reader gets the error. The first error counts. */
  fail(error: unknown): void {
    if (this.#ended && 'error' in this.#ended) return
    this.#ended = {error}
    this.#items.length = 0
    this.#wake?.()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    while (true) {
      const item = this.#items.shift()
      if (item !== undefined) yield item
      else if (this.#ended) {
        if ('error' in this.#ended) throw this.#ended.error
        return
      } else
        await new Promise<void>(resolve => {
          this.#wake = resolve
        })
    }
  }
}
