export interface Limit {
  /** Uses allowed within the window. */
  count: number
  windowMs: number
}

export type Verdict =
  /** Uses left in the window that is nearest to its end, and ms until its first use grows old. */
  {ok: true; remaining: number; resetMs: number; limit: Limit} | {ok: false; retryAfterMs: number; limit: Limit}

/** Ids remembered at most; beyond it the one idle longest is forgotten. */
const maxIds = 10_000

/**
 * Sliding windows per id, in memory: at most `count` uses in any stretch of `windowMs`, for every limit given. A refused
 * use does not count.
 */
export class RateLimit {
  readonly #limits: readonly Limit[]
  readonly #now: () => number
  readonly #longest: Limit
  readonly #uses = new Map<string, number[]>()

  /** @param now ms, from any origin */
  constructor(limits: readonly [Limit, ...Limit[]], now: () => number = Date.now) {
    this.#limits = limits
    this.#now = now
    this.#longest = limits.reduce((a, b) => (b.windowMs > a.windowMs ? b : a))
  }

  /** Whether a use would be allowed; counts none. */
  look(id: string): Verdict {
    const now = this.#now()
    const uses = this.#recent(id, now)
    return this.#refused(uses, now) ?? this.#left(uses, now)
  }

  take(id: string): Verdict {
    const now = this.#now()
    const uses = this.#recent(id, now)
    // Writing again moves the id to the end of the map: the first is the one idle longest.
    this.#uses.delete(id)
    this.#uses.set(id, uses)
    const [idlest] = this.#uses.keys()
    if (this.#uses.size > maxIds && idlest !== undefined) this.#uses.delete(idlest)
    const refused = this.#refused(uses, now)
    if (refused) return refused
    uses.push(now)
    return this.#left(uses, now)
  }

  #recent(id: string, now: number): number[] {
    return (this.#uses.get(id) ?? []).filter(at => at > now - this.#longest.windowMs)
  }

  #refused(uses: readonly number[], now: number): (Verdict & {ok: false}) | undefined {
    let refused: (Verdict & {ok: false}) | undefined
    for (const limit of this.#limits) {
      // The use that must grow old before another one fits.
      const blocking = uses[uses.length - limit.count]
      if (blocking === undefined || blocking <= now - limit.windowMs) continue
      const retryAfterMs = blocking + limit.windowMs - now
      if (!refused || retryAfterMs > refused.retryAfterMs) refused = {ok: false, retryAfterMs, limit}
    }
    return refused
  }

  #left(uses: readonly number[], now: number): Verdict {
    const each = this.#limits.map(limit => {
      const within = uses.filter(at => at > now - limit.windowMs)
      return {
        ok: true,
        remaining: limit.count - within.length,
        resetMs: (within[0] ?? now) + limit.windowMs - now,
        limit,
      } as const
    })
    return each.reduce((least, one) => (one.remaining < least.remaining ? one : least))
  }

  /** Takes back the newest use: it is not to count. */
  giveBack(id: string): void {
    this.#uses.get(id)?.pop()
  }

  /** Begins anew. */
  forget(id: string): void {
    this.#uses.delete(id)
  }
}
