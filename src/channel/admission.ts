import type {AllowList} from '../access/allow-list.ts'
import {RateLimit} from '../access/rate-limit.ts'

export interface RateLimits {
  perMinute: number
  perHour: number
  perDay: number
}

/** `ignored`: not even an answer that says no. */
export type Verdict = {kind: 'admitted' | 'stranger' | 'ignored'} | {kind: 'too-many'; retryAfterMs: number}

const minute = 60_000
const hour = 60 * minute

/**
 * Decides on arrival what of a person is worth keeping. A stranger gets one refusal an hour and a person who sends too
 * much one notice a minute; everything beyond is dropped unread, so that no one can make a bot flood or the disk fill.
 */
export class Admission {
  readonly #allowList: AllowList
  readonly #messages: RateLimit
  readonly #refusals: RateLimit
  readonly #notices: RateLimit

  constructor(allowList: AllowList, {perMinute, perHour, perDay}: RateLimits, now: () => number) {
    this.#allowList = allowList
    this.#messages = new RateLimit(
      [
        {count: perMinute, windowMs: minute},
        {count: perHour, windowMs: hour},
        {count: perDay, windowMs: 24 * hour},
      ],
      now,
    )
    this.#refusals = new RateLimit([{count: 1, windowMs: hour}], now)
    this.#notices = new RateLimit([{count: 1, windowMs: minute}], now)
  }

  allows(userId: string): boolean {
    return this.#allowList.allows(userId)
  }

  /** Judges one message of a person, which counts. */
  admit(userId: string): Verdict {
    if (!this.allows(userId)) return {kind: this.#refusals.take(userId).ok ? 'stranger' : 'ignored'}
    const verdict = this.#messages.take(userId)
    if (verdict.ok) return {kind: 'admitted'}
    return this.#notices.take(userId).ok ? {kind: 'too-many', retryAfterMs: verdict.retryAfterMs} : {kind: 'ignored'}
  }
}
