interface Pusher<T> {
  item: T
  resolve: (taken: boolean) => void
}

interface Reader<T> {
  resolve: (result: IteratorResult<T, undefined>) => void
  reject: (error: unknown) => void
}

const over = {done: true, value: undefined} as const

/**
 * Passes items from producers to one reader, in order, and holds no more than its bound: a producer waits in `push` while it is
 * full. A reader that leaves is no error: `push` then resolves to false, and so it does after the end.
 */
export class Channel<T> implements AsyncIterable<T> {
  readonly #bound: number
  readonly #items: T[] = []
  readonly #pushers: Pusher<T>[] = []
  #reader: Reader<T> | undefined
  #end: {error?: unknown} | undefined

  /** @param bound items that wait to be read; 0: each goes directly from a waiting push to the reader */
  constructor(bound: number) {
    this.#bound = bound
  }

  /** Whether nothing waits to be read. */
  get empty(): boolean {
    return this.#items.length === 0 && this.#pushers.length === 0
  }

  /**
   * Resolves when the item has its place: to true, or to false where it will not be read. A producer that cannot wait (a
   * callback) need not: the order is kept, and the bound is then the producer's own.
   */
  async push(item: T): Promise<boolean> {
    if (this.#end) return false
    if (this.#reader) {
      this.#reader.resolve({done: false, value: item})
      this.#reader = undefined
      return true
    }
    if (this.#items.length < this.#bound) {
      this.#items.push(item)
      return true
    }
    return new Promise(resolve => this.#pushers.push({item, resolve}))
  }

  /** No more will come; what waits is still read. The first end counts. */
  end(): void {
    if (this.#end) return
    this.#end = {}
    this.#reader?.resolve(over)
  }

  /** Drops what waits, and the reader gets the error; also after `end`. The first error counts. */
  fail(error: unknown): void {
    if (this.#end && ('error' in this.#end || this.empty)) return
    this.#end = {error}
    this.#drop()
    if (!this.#reader) return
    this.#reader.reject(error)
    this.#end = {}
  }

  [Symbol.asyncIterator](): AsyncIterator<T, undefined> {
    return {
      next: async () => {
        const item = this.#take()
        if (item) return {done: false, value: item.value}
        if (!this.#end) return new Promise((resolve, reject) => (this.#reader = {resolve, reject}))
        const end = this.#end
        this.#end = {}
        if ('error' in end) throw end.error
        return over
      },
      return: async () => {
        this.end()
        this.#drop()
        return over
      },
    }
  }

  #take(): {value: T} | undefined {
    if (this.empty) return undefined
    const next = this.#pushers.shift()
    next?.resolve(true)
    if (this.#items.length === 0) return next && {value: next.item}
    const value = this.#items.shift() as T
    if (next) this.#items.push(next.item)
    return {value}
  }

  #drop(): void {
    this.#items.length = 0
    for (const {resolve} of this.#pushers.splice(0)) resolve(false)
  }
}
