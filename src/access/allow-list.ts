/** Those who may use a channel, by the id the channel gives them. An empty list admits no one. */
export class AllowList {
  readonly #ids: ReadonlySet<string>

  constructor(ids: Iterable<string>) {
    this.#ids = new Set([...ids].map(normal).filter(Boolean))
  }

  allows(id: string): boolean {
    return this.#ids.has(normal(id))
  }

  get size(): number {
    return this.#ids.size
  }
}

/** `007` and ` 7 ` are the same number as `7`; ids that are not numbers are compared as they stand. */
const normal = (id: string): string => {
  const trimmed = id.trim()
  return /^\d+$/.test(trimmed) ? BigInt(trimmed).toString() : trimmed
}
