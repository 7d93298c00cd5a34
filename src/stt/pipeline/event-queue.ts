/** Passes values from who makes them to who takes them, in order; who makes them waits while it is full. */
export class EventQueue<T> implements AsyncIterable<T> {
  readonly #limit: number
  readonly #values: T[] = []
  #end: {error?: unknown} | undefined
  #changed = Promise.withResolvers<void>()

  /** @param limit how many values may wait */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** Whether nothing waits to be taken. */
  get empty(): boolean {
    return this.#values.length === 0
  }

  /** Resolves when there is room for the next. After the end, values go nowhere. */
  async push(value: T): Promise<void> {
    if (this.#end) return
    this.#values.push(value)
    this.#notify()
    while (this.#values.length >= this.#limit && !this.#end) await this.#changed.promise
  }

  /** No more will come; what waits is still given. */
  end(): void {
    this.#end ??= {}
    this.#notify()
  }

  /** What waits is dropped, and who takes gets the error. Also after `end`, as long as something waits. */
  fail(error: unknown): void {
    if (this.#end && this.empty) return
    this.#end = {error}
    this.#values.length = 0
    this.#notify()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (;;) {
      while (this.#values.length > 0) {
        yield this.#values.shift() as T
        this.#notify()
      }
      if (this.#end) break
      await this.#changed.promise
    }
    if ('error' in this.#end) throw this.#end.error
  }

  #notify(): void {
    this.#changed.resolve()
    this.#changed = Promise.withResolvers()
  }
}
