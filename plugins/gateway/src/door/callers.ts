import {isLoopback, namesLoopback} from '@essence/core/access/loopback'
import {type Access, type Caller, type Origin, type Permission, permissions} from '@essence/core/access/port'
import {EssenceError} from '@essence/core/kit/errors'
import type {FastifyInstance, FastifyRequest, RouteOptions} from 'fastify'
import {tokenOfProtocols} from './socket/protocols.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks. On a route that is open to all: the one at this machine, or nobody with any permission. */
    caller: Caller
  }
  interface FastifyContextConfig {
    /** What a caller needs: a permission, only to be known, or nothing. Every route says. */
    access?: Permission | 'known' | 'open' | undefined
  }
}

/** The person at this machine. */
export const localUser = 'local'

const everything = new Set(permissions)

export const localCaller = (userId = localUser): Caller => ({
  userId,
  via: 'local',
  roles: ['admin'],
  permissions: everything,
})

const nobody: Caller = {userId: '', via: 'token', roles: [], permissions: new Set()}

/** As the mind knows a person who comes through this door. Nobody from elsewhere is the one at this machine, whatever their name. */
export const speakerOf = ({userId, via}: Pick<Caller, 'userId' | 'via'>): string =>
  via === 'local' && userId === localUser ? 'web:local' : `user:${userId}`

export interface CallerOptions {
  /** The address listened on: only at one of this machine is a caller trusted for being here. */
  host: string
  /** Names of this server, where a proxy of this machine stands before it. */
  allowedHosts: readonly string[]
  /** Other pages that may call, as `https://chat.example.com`, or `*`. */
  corsOrigins: readonly string[]
  access: () => Promise<Access>
}

/**
 * Knows who asks, before anything else is done. Any process on this machine may use a loopback port, and other sites' pages reach it
 * through the owner's browser. So without a token a request must come from this machine, directly, name it in `Host` (a rebound DNS name
 * does not) and, where it has an `Origin`, come from our own page.
 */
export const addCallers = (http: FastifyInstance, {host, allowedHosts, corsOrigins, access}: CallerOptions): void => {
  const trustsLocal = isLoopback(host)
  http.decorateRequest('caller', null as never)
  const routes: RouteOptions[] = []
  http.addHook('onRoute', route => void routes.push(route))
  http.addHook('onReady', async () => {
    const silent = routes.find(({config, method}) => config?.access === undefined && method !== 'OPTIONS')
    if (silent) throw new Error(`${silent.method} ${silent.url} says nothing of who may use it.`)
  })
  const authenticate = async (request: FastifyRequest, bearer: string): Promise<void> => {
    request.caller = await (await access()).authenticate(bearer, originOf(request))
    assertNeeded(request)
  }
  http.addHook('onRequest', (request, _reply, done) => {
    assertOrigin(request, corsOrigins)
    const isLocal = trustsLocal && isDirectlyFromHere(request) && !isForeign(request)
    const bearer = bearerOf(request)
    if (bearer !== undefined && !(isLocal && isNoneOfOurs(bearer))) {
      authenticate(request, bearer).then(() => done(), done)
      return
    }
    if (isLocal) {
      request.caller = localCaller()
    } else {
      request.caller = nobody
      if (trustsLocal) assertHost(request, allowedHosts)
      if ((request.routeOptions.config?.access ?? 'open') !== 'open') throw tokenMissing()
    }
    assertNeeded(request)
    done()
  })
}

/** @throws NOT_ALLOWED */
const assertNeeded = ({caller, routeOptions}: FastifyRequest): void => {
  const needed = routeOptions.config?.access ?? 'open'
  if (needed !== 'open' && needed !== 'known') assertAllowed(caller, needed)
}

/** @throws NOT_ALLOWED */
export const assertAllowed = ({permissions, via}: Caller, needed: Permission): void => {
  if (permissions.has(needed)) return
  const what = via === 'apiKey' ? 'This API key' : 'This account'
  throw new EssenceError('NOT_ALLOWED', `${what} does not have the permission ${needed}.`)
}

/** The caller where a path or body names a person: that must be the caller; one at this machine may be anybody. @throws NOT_ALLOWED */
export const callerAs = (caller: Caller, userId: string): Caller => {
  if (caller.userId === userId) return caller
  if (caller.via === 'local') return localCaller(userId)
  throw new EssenceError('NOT_ALLOWED', 'This is the address of another person.')
}

/** Where a request comes from. */
export const originOf = ({ip, headers}: Pick<FastifyRequest, 'ip' | 'headers'>): Origin => ({
  address: ip,
  device: headers['user-agent']?.slice(0, 200),
})

/** What a request brings to say who asks. */
export const bearerOf = ({headers, query}: FastifyRequest): string | undefined => {
  const [scheme = '', value] = headers.authorization?.trim().split(/\s+/, 2) ?? []
  if (scheme.toLowerCase() === 'bearer') return value ?? ''
  const key = headers['x-api-key']
  if (typeof key === 'string') return key
  if (headers.upgrade === undefined) return undefined
  // A browser cannot send headers with a WebSocket.
  const {token} = query as {token?: unknown}
  return typeof token === 'string' ? token : tokenOfProtocols(headers['sec-websocket-protocol'])
}

/** Clients that cannot do without a key are given any: where none is needed it means nothing. */
const isNoneOfOurs = (bearer: string): boolean => !/^(june_|ek_|[\w-]+\.[\w-]+\.)/.test(bearer)

const forwarded = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'] as const

const isDirectlyFromHere = ({raw, headers}: FastifyRequest): boolean =>
  isLoopback(raw.socket.remoteAddress ?? '') &&
  namesLoopback(headers.host) &&
  forwarded.every(name => headers[name] === undefined)

/** From a page of another site. */
const isForeign = ({headers: {origin, host}, protocol}: FastifyRequest): boolean =>
  origin !== undefined && origin !== `${protocol}://${host}`

/** @throws NOT_ALLOWED for a page that is neither ours nor listed */
const assertOrigin = (request: FastifyRequest, corsOrigins: readonly string[]): void => {
  const {origin = ''} = request.headers
  if (!isForeign(request) || corsOrigins.includes(origin) || corsOrigins.includes('*')) return
  throw new EssenceError('NOT_ALLOWED', `Pages of ${origin.slice(0, 200)} may not use this server.`, {
    suggestions: ['Where they should: list their origin in CORS_ORIGINS.'],
  })
}

/** @throws NOT_ALLOWED for a name that is not this machine's, behind which a page of another site may be */
const assertHost = ({headers: {host = ''}, hostname}: FastifyRequest, allowedHosts: readonly string[]): void => {
  if (namesLoopback(host) || allowedHosts.includes(hostname.toLowerCase())) return
  throw new EssenceError('NOT_ALLOWED', `Without a token this server answers to localhost only, not to "${host}".`, {
    suggestions: [
      'Open it as http://localhost with its port; from another machine, through ssh -L.',
      'Behind a proxy: list its names in GATEWAY_ALLOWED_HOSTS.',
    ],
  })
}

const tokenMissing = (): EssenceError =>
  new EssenceError('TOKEN_MISSING', 'This needs an access token or an API key.', {
    suggestions: ['Send it as Authorization: Bearer … (POST /auth/login, or essence access key add).'],
  })
