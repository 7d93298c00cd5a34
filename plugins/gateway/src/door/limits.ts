import {isLoopback} from '@essence/core/access/loopback'
import {type Limit, RateLimit, type Verdict} from '@essence/core/access/rate-limit'
import {EssenceError} from '@essence/core/kit/errors'
import type {FastifyInstance, FastifyReply, FastifyRequest} from 'fastify'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Counted beside the limit of all requests. */
    limit?: LimitName | undefined
  }
}

export type LimitName = 'chat' | 'llm' | 'stt' | 'tts'

type Windows = readonly [Limit, ...Limit[]]
export type Limits = Record<'all' | LimitName, Windows>

/** Behind one address may be several people. */
const peoplePerAddress = 10

/** Tokens that an address may get wrong. */
const failures: Windows = [{count: 30, windowMs: 60_000}]

/** Counts what one caller asks, of one kind; undefined where it is not counted. */
export type Count = (request: FastifyRequest, name?: LimitName | undefined) => Verdict | undefined

/**
 * Sliding windows per person, per address and per kind of route. The person at this machine is not counted, nor is an address of it: that
 * is a proxy. To be added before the callers: an address that guesses tokens is refused before they are looked at.
 */
export const addLimits = (http: FastifyInstance, limits: Limits): {count: Count; addCounting: () => void} => {
  const people = new Map(Object.entries(limits).map(([name, windows]) => [name, new RateLimit(windows)]))
  const addresses = new RateLimit(
    limits.all.map(({count, windowMs}) => ({count: count * peoplePerAddress, windowMs})) as never,
  )
  const guesses = new RateLimit(failures)

  http.addHook('onRequest', (request, reply, done) => {
    const verdict = guesses.look(request.ip)
    if (verdict.ok) return done()
    tell(reply, verdict)
    throw limited(verdict.retryAfterMs)
  })
  http.addHook('onResponse', (request, reply, done) => {
    if (reply.statusCode === 401 && !isLoopback(request.ip)) guesses.take(request.ip)
    done()
  })

  const count: Count = (request, name) => {
    const {caller} = request
    if (caller.via === 'local') return undefined
    const verdicts = [
      ...(isLoopback(request.ip) ? [] : [addresses.take(request.ip)]),
      ...(caller.userId === ''
        ? []
        : ['all', ...(name ? [name] : [])].map(each => people.get(each)?.take(caller.userId))),
    ]
    return verdicts.reduce((nearest, verdict) => tighter(nearest, verdict), undefined)
  }
  /** To be called after the callers are added. */
  const addCounting = (): void => {
    http.addHook('onRequest', (request, reply, done) => {
      const verdict = count(request, request.routeOptions.config?.limit)
      if (verdict) tell(reply, verdict)
      if (verdict && !verdict.ok) throw limited(verdict.retryAfterMs)
      done()
    })
  }
  return {count, addCounting}
}

export const limited = (retryAfterMs: number): EssenceError =>
  new EssenceError('RATE_LIMITED', `That was too much at once. Try again in ${Math.ceil(retryAfterMs / 1000)} s.`, {
    retryAfterMs,
  })

/** The one that refuses, or has the least left. */
const tighter = (one: Verdict | undefined, other: Verdict | undefined): Verdict | undefined => {
  if (!one || !other) return one ?? other
  if (!one.ok || !other.ok) return one.ok ? other : other.ok || one.retryAfterMs >= other.retryAfterMs ? one : other
  return one.remaining <= other.remaining ? one : other
}

/** The fields of the IETF draft (RateLimit, RateLimit-Policy), and those that clients have long known. */
const tell = (reply: FastifyReply, verdict: Verdict): void => {
  const {count, windowMs} = verdict.limit
  const remaining = verdict.ok ? verdict.remaining : 0
  const seconds = Math.ceil((verdict.ok ? verdict.resetMs : verdict.retryAfterMs) / 1000)
  reply.headers({
    'ratelimit-policy': `"default";q=${count};w=${windowMs / 1000}`,
    ratelimit: `"default";r=${remaining};t=${seconds}`,
    'x-ratelimit-limit': count,
    'x-ratelimit-remaining': remaining,
    'x-ratelimit-reset': seconds,
  })
}
