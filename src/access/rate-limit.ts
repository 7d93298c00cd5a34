export interface Limit {
  /** Uses allowed within the window. */
  count: number
  windowMs: number
}

export type Verdict = {ok: true} | {ok: false; retryAfterMs: number; limit: Limit}

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

  take(id: string): Verdict {
    const now = this.#now()
    const uses = (this.#uses.get(id) ?? []).filter(at => at > now - this.#longest.windowMs)
    // Writing again moves the id to the end of the map: the first is the one idle longest.
    this.#uses.delete(id)
    this.#uses.set(id, uses)
    const [idlest] = this.#uses.keys()
    if (this.#uses.size > maxIds && idlest !== undefined) this.#uses.delete(idlest)
    let refused: Verdict = {ok: true}
    for (const limit of this.#limits) {
      // The use that must grow old before another one fits.
      const blocking = uses[uses.length - limit.count]
      if (blocking === undefined || blocking <= now - limit.windowMs) continue
      const retryAfterMs = blocking + limit.windowMs - now
      if (refused.ok || retryAfterMs > refused.retryAfterMs) refused = {ok: false, retryAfterMs, limit}
    }
    if (refused.ok) uses.push(now)
    return refused
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
