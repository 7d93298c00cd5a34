export interface RecentSessionsOptions {
  /** Sessions remembered; beyond that the one least recently used is forgotten. Default 1000. */
  sessions?: number | undefined
  /** A session not used for so many ms begins anew. Default: never. */
  idleForgetMs?: number | undefined
  /** ms, as Date.now. */
  now?: (() => number) | undefined
}

/** What is known of each session, in memory and bounded. */
export class RecentSessions<T extends object> {
  readonly #create: () => T
  readonly #limit: number
  readonly #idleForgetMs: number
  readonly #now: () => number
  /** Least recently used first: a Map keeps the order in which keys were set. */
  readonly #sessions = new Map<string, {state: T; usedAt: number}>()

  constructor(create: () => T, {sessions = 1000, idleForgetMs, now = Date.now}: RecentSessionsOptions = {}) {
    this.#create = create
    this.#limit = sessions
    this.#idleForgetMs = idleForgetMs ?? Number.POSITIVE_INFINITY
    this.#now = now
  }

  /** The session's state, new where there is none. Counts as use. */
  open(session: string): T {
    const now = this.#now()
    const known = this.#sessions.get(session)
    const state = known && now - known.usedAt < this.#idleForgetMs ? known.state : this.#create()
    this.#sessions.delete(session)
    this.#sessions.set(session, {state, usedAt: now})
    const [oldest] = this.#sessions.keys()
    if (this.#sessions.size > this.#limit && oldest !== undefined) this.#sessions.delete(oldest)
    return state
  }

  forget(session: string): void {
    this.#sessions.delete(session)
  }

  forgetThose(which: (session: string) => boolean): void {
    for (const session of this.#sessions.keys()) if (which(session)) this.#sessions.delete(session)
  }

  /** Those that are remembered now. */
  states(): T[] {
    return [...this.#sessions.values()].map(({state}) => state)
  }
}
