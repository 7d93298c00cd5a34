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

/** When something was used, in ms and in order; those before `from` are too old to count. */
interface Uses {
  at: number[]
  from: number
}

/**
 * Sliding windows per id, in memory: at most `count` uses in any stretch of `windowMs`, for every limit given. A refused
 * use does not count. Its time does not grow with the uses that are within a window.
 */
export class RateLimit {
  readonly #limits: readonly Limit[]
  readonly #now: () => number
  readonly #longestMs: number
  readonly #uses = new Map<string, Uses>()

  /** @param now ms, from any origin */
  constructor(limits: readonly [Limit, ...Limit[]], now: () => number = Date.now) {
    this.#limits = limits
    this.#now = now
    this.#longestMs = Math.max(...limits.map(({windowMs}) => windowMs))
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
    if (this.#uses.size > maxIds) this.#uses.delete(this.#uses.keys().next().value ?? '')
    const refused = this.#refused(uses, now)
    if (refused) return refused
    uses.at.push(now)
    return this.#left(uses, now)
  }

  #recent(id: string, now: number): Uses {
    const uses = this.#uses.get(id) ?? {at: [], from: 0}
    uses.from = firstAfter(uses, now - this.#longestMs)
    // Cut off once they are the larger half: each is moved at most once then.
    if (uses.from > uses.at.length / 2) {
      uses.at.splice(0, uses.from)
      uses.from = 0
    }
    return uses
  }

  #refused({at, from}: Uses, now: number): (Verdict & {ok: false}) | undefined {
    let refused: (Verdict & {ok: false}) | undefined
    for (const limit of this.#limits) {
      // The use that must grow old before another one fits.
      const index = at.length - limit.count
      const blocking = index < from ? undefined : at[index]
      if (blocking === undefined || blocking <= now - limit.windowMs) continue
      const retryAfterMs = blocking + limit.windowMs - now
      if (!refused || retryAfterMs > refused.retryAfterMs) refused = {ok: false, retryAfterMs, limit}
    }
    return refused
  }

  #left(uses: Uses, now: number): Verdict {
    const each = this.#limits.map(limit => {
      const first = firstAfter(uses, now - limit.windowMs)
      return {
        ok: true,
        remaining: limit.count - (uses.at.length - first),
        resetMs: (uses.at[first] ?? now) + limit.windowMs - now,
        limit,
      } as const
    })
    return each.reduce((least, one) => (one.remaining < least.remaining ? one : least))
  }

  /** Takes back the newest use: it is not to count. */
  giveBack(id: string): void {
    const uses = this.#uses.get(id)
    if (uses && uses.at.length > uses.from) uses.at.pop()
  }

  /** Begins anew. */
  forget(id: string): void {
    this.#uses.delete(id)
  }
}

/** Index of the first use after a moment; their number where there is none. */
const firstAfter = ({at, from}: Uses, moment: number): number => {
  let [low, high] = [from, at.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((at[middle] ?? 0) > moment) high = middle
    else low = middle + 1
  }
  return low
}
