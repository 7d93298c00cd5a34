import {isIPv6} from 'node:net'
import {EssenceError} from '../kit/errors.ts'
import {type Limit, RateLimit, type Verdict} from './rate-limit.ts'

const minuteMs = 60_000

/** Failed attempts of one account from one address, of an address, and of an account from addresses it never signed in from. */
const limits = {
  pair: {count: 10, windowMs: 15 * minuteMs},
  address: {count: 50, windowMs: 15 * minuteMs},
  account: {count: 100, windowMs: 60 * minuteMs},
} satisfies Record<string, Limit>

/**
 * Bounds how often a password may be guessed, in the memory of this process. While one is locked out, the right password does not get in
 * either. A stranger who uses up what an account has cannot keep its owner out: an address from which they once signed in has a bound of
 * its own.
 */
export const openLockOut = (now: () => number) => {
  const pairs = new RateLimit([limits.pair], now)
  const addresses = new RateLimit([limits.address], now)
  const accounts = new RateLimit([limits.account], now)

  return {
    /**
     * Counts an attempt before the password is looked at, so that many at once are counted too.
     * @param isKnown the account was signed in to from this address before
     * @returns to be called where the password was right: then it does not count
     * @throws RATE_LIMITED
     */
    attempt(account: string, from: string, isKnown: boolean): () => void {
      const address = networkOf(from)
      const pair = `${account} ${address}`
      assertOpen(pairs.take(pair))
      assertOpen(addresses.take(address))
      if (!isKnown) assertOpen(accounts.take(account))
      return () => {
        pairs.forget(pair)
        addresses.giveBack(address)
        if (!isKnown) accounts.giveBack(account)
      }
    },
  }
}

export type LockOut = ReturnType<typeof openLockOut>

const assertOpen = (verdict: Verdict): void => {
  if (verdict.ok) return
  const {retryAfterMs} = verdict
  const minutes = Math.ceil(retryAfterMs / minuteMs)
  throw new EssenceError(
    'RATE_LIMITED',
    `Too many failed sign-ins. Try again in ${minutes === 1 ? 'a minute' : `${minutes} minutes`}.`,
    {retryAfterMs},
  )
}

/** An address as it is counted: of IPv6 the first 64 bits, for one customer has as many as they like of the others. */
export const networkOf = (address: string): string => {
  const v4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (v4 !== undefined) return v4
  const bare = address.split('%')[0] ?? ''
  if (!isIPv6(bare)) return address
  const [before = '', after] = bare.toLowerCase().split('::')
  const [first, last] = [before, after ?? ''].map(part => (part === '' ? [] : part.split(':')))
  const gap = after === undefined ? 0 : 8 - (first?.length ?? 0) - (last?.length ?? 0)
  const groups = [...(first ?? []), ...Array<string>(gap).fill('0'), ...(last ?? [])]
  return `${groups
    .slice(0, 4)
    .map(group => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`
}
