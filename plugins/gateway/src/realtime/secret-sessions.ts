import {createHash} from 'node:crypto'
import type {WantedSession} from './session-shape.ts'

/** Sessions kept at most; beyond them the oldest are forgotten. */
const maxKept = 10_000

/** What sessions are to be that begin with a client secret: kept in memory, as long as the secret is good. */
export class SecretSessions {
  readonly #kept = new Map<string, {session: WantedSession; expiresAt: number}>()

  keep(secret: string, session: WantedSession, expiresAt: Date): void {
    const now = Date.now()
    for (const [key, kept] of this.#kept) {
      if (kept.expiresAt > now && this.#kept.size < maxKept) break
      this.#kept.delete(key)
    }
    this.#kept.set(keyOf(secret), {session, expiresAt: expiresAt.getTime()})
  }

  of(secret: string): WantedSession | undefined {
    return this.#kept.get(keyOf(secret))?.session
  }
}

/** Secrets themselves are kept nowhere. */
const keyOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url')
