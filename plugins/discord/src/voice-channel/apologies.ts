import {RateLimit} from '@essence/core/access/rate-limit'
import {apology} from '@essence/core/channel/apology'
import type {Words} from '@essence/core/channel/words/words'
import type {EssenceError} from '@essence/core/kit/errors'

/** Tells people of an answer that failed, at most once a minute; what was cancelled or refused is no failure. */
export const openApologies = (tell: (text: string) => void, words: Words): ((error: EssenceError) => void) => {
  const told = new RateLimit([{count: 1, windowMs: 60_000}])
  return error => {
    if (error.code === 'CANCELLED' || error.code === 'NOT_ALLOWED' || !told.take('').ok) return
    // Sound of a conversation has no bounds of size.
    tell(apology(error, {maxBytes: 0, maxSeconds: 0}, words))
  }
}
