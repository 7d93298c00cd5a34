import type {AllowList} from '@essence/core/access/allow-list'
import {RateLimit} from '@essence/core/access/rate-limit'
import type {Incoming} from './incoming.ts'

export interface RateLimits {
  perMinute: number
  perHour: number
  perDay: number
}

const minute = 60_000
const hour = 60 * minute

/**
 * Decides on arrival what of an update is worth keeping. A stranger gets one refusal an hour and a person who sends too
 * much one notice a minute; everything beyond is dropped unread, so nobody can make the bot flood or the disk fill.
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

  /** @returns what is to be stored and answered; undefined: nothing */
  admit(incoming: Incoming): Incoming | undefined {
    const {userId} = incoming
    if (!this.allows(userId)) return this.#refusals.take(userId).ok ? incoming : undefined
    const verdict = this.#messages.take(userId)
    if (verdict.ok) return incoming
    if (!this.#notices.take(userId).ok) return undefined
    return {...incoming, content: {kind: 'too-many', retryAfterMs: verdict.retryAfterMs}}
  }
}
