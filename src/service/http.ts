import type {Socket} from 'node:net'
import Fastify, {type FastifyInstance, type FastifyListenOptions, type FastifyReply} from 'fastify'
import {type ErrorCode, isEssenceError, messageOf} from '../kit/errors.ts'
import {listenError} from '../kit/listen-error.ts'
import {inheritedSockets} from '../kit/process/inherited-sockets.ts'
import {redact} from '../kit/secret.ts'
import {urlHost} from '../kit/url-host.ts'
import {Connections} from './connections.ts'
import type {Health} from './health.ts'
import {type Log, logFailure} from './log.ts'
import {refuseMalformed} from './malformed.ts'
import type {Metrics} from './metrics.ts'

export interface HttpOptions {
  health: Health
  metrics: Metrics
  log: Log
  /** Bytes of request body accepted. */
  bodyLimit?: number
  /**
   * ms that clients of an inherited socket have to send requests on a connection they had kept open, once the service drains.
   * Default 5000; less where it only serves health and metrics, and others wait for its end.
   */
  lingerMs?: number
  /** Addresses of proxies that may say whom they ask for. */
  trustProxy?: readonly string[] | undefined
  /** Paths on which a connection may change to another protocol, which is then theirs to end. Default: none. */
  upgrades?: RegExp | undefined
  /** ms in which the head of a request has come. Default 20 s. */
  headersTimeoutMs?: number | undefined
  /** ms in which all of a request has come, with its body; 0: however long, for a service that watches bodies itself. Default 30 s. */
  requestTimeoutMs?: number | undefined
}

/** What `listen` needs of the service, on its server. */
const doors = 'essenceDoors'
interface Doors {
  health: Health
  connections: Connections
  lingerMs: number
  /** The sockets come from a supervisor. */
  inherited: boolean
}

/** The HTTP server every service has: `GET /health` (200 or 503), `GET /metrics` where it is enabled, errors as one JSON shape. */
export const openHttp = ({
  health,
  metrics,
  log,
  bodyLimit = 1024 * 1024,
  lingerMs = 5000,
  trustProxy = [],
  upgrades,
  headersTimeoutMs = 20_000,
  requestTimeoutMs = 30_000,
}: HttpOptions): FastifyInstance => {
  const http: FastifyInstance = Fastify({
    bodyLimit,
    requestTimeout: requestTimeoutMs,
    forceCloseConnections: true,
    http: {
      // Elsewhere an offer to change it is left unheeded, as HTTP has it; the request is answered like any other.
      shouldUpgradeCallback: ({method, url = ''}) => method === 'GET' && (upgrades?.test(url) ?? false),
      headersTimeout: headersTimeoutMs,
      connectionsCheckingInterval: Math.ceil(headersTimeoutMs / 4),
    },
    trustProxy: trustProxy.length > 0 ? [...trustProxy] : false,
    // Before there is a route: a path that cannot be read.
    frameworkErrors: (error, request, reply) => {
      const {status, code, message} = requestFailure(error, request, log)
      return (reply as unknown as FastifyReply).code(status).send(errorBody(code, message))
    },
    clientErrorHandler: (error, socket) =>
      refuseMalformed(error, socket, {
        body: message => errorBody('BAD_REQUEST', message),
        answering: connections.isAnswering(socket),
      }),
  })
  const connections = new Connections(http.server)
  const door: Doors = {health, connections, lingerMs, inherited: false}
  http.decorate(doors, door)
  if (upgrades) {
    const changing = new WeakSet<Socket>()
    http.server.prependListener('upgrade', ({socket}) => {
      connections.handOver(socket)
      changing.add(socket)
    })
    // Of an upgrade that is refused by an answer, the server does not end the connection any more.
    http.addHook('onResponse', ({raw: {socket}}, _reply, done) => {
      if (changing.has(socket)) socket.destroy()
      done()
    })
  }

  http.get('/health', async (_request, reply) => {
    const report = health.report()
    // On inherited sockets the next process answers already, and gets the next request: the address is not down.
    const answers = report.ready || (door.inherited && report.status === 'draining')
    return reply.code(answers ? 200 : 503).send(report)
  })

  if (metrics.offered) {
    http.get('/metrics', async (_request, reply) =>
      reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
    )
  }

  http.setNotFoundHandler((request, reply) =>
    reply.code(404).send(errorBody('NOT_FOUND', `There is no ${request.method} ${pathOf(request.url)}.`)),
  )

  http.setErrorHandler((error, request, reply) => {
    const failure = requestFailure(error, request, log)
    return refuse(reply, failure).send(errorBody(failure.code, failure.message, failure.suggestions))
  })

  return http
}

export interface RequestFailure {
  /** Of HTTP. */
  status: number
  code: ErrorCode | 'BAD_REQUEST'
  message: string
  suggestions: string[]
  /** ms until the same may work, where that is known. */
  retryAfterMs?: number | undefined
}

/** Begins the answer to a request that failed: its status, and when to come again. */
export const refuse = (reply: FastifyReply, {status, retryAfterMs}: RequestFailure): FastifyReply =>
  (retryAfterMs === undefined ? reply : reply.header('retry-after', Math.ceil(retryAfterMs / 1000))).code(status)

/** What a client is told of an error; logged where it is not the client's. */
export const requestFailure = (error: unknown, request: {url: string}, log: Log): RequestFailure => {
  const status = statusOf(error)
  // Queries may carry tokens.
  if (status >= 500) logFailure(log, error, {url: pathOf(request.url)}, 'request failed')
  if (isEssenceError(error)) {
    const {code, message, suggestions, retryAfterMs} = error
    return {status, code, message: redact(message), suggestions: suggestions.map(redact), retryAfterMs}
  }
  // The text of an unexpected error is for the log, not for the client.
  if (status >= 500) return {status, code: 'BUG', message: 'Something went wrong on this side.', suggestions: []}
  const code = (error as {validation?: unknown}).validation ? 'USAGE' : 'BAD_REQUEST'
  return {status, code, message: redact(messageOf(error)), suggestions: []}
}

const pathOf = (url: string): string => url.split('?')[0] ?? ''

/** The body of every failed request, without secrets. */
export const errorBody = (code: string, message: string, suggestions: string[] = []) => ({
  ok: false,
  error: {code, message: redact(message), suggestions: suggestions.map(redact)},
})

/** Where the kind of an error does not say it: 400 for what the client got wrong, 500 for the rest. */
const statuses: Partial<Record<ErrorCode, number>> = {
  TOKEN_MISSING: 401,
  TOKEN_REJECTED: 401,
  NOT_ALLOWED: 403,
  FACT_UNKNOWN: 404,
  DOCUMENT_UNKNOWN: 404,
  CONVERSATION_UNKNOWN: 404,
  USER_UNKNOWN: 404,
  PAIRING_UNKNOWN: 404,
  KEY_UNKNOWN: 404,
  MODEL_UNKNOWN: 404,
  AUDIO_TOO_LARGE: 413,
  AUDIO_TOO_LONG: 413,
  DOCUMENT_TOO_LARGE: 413,
  RATE_LIMITED: 429,
  ENGINE_BUSY: 503,
  ENGINE_UNAVAILABLE: 503,
  STORE_UNAVAILABLE: 503,
  REMOTE_UNREACHABLE: 503,
  TIMED_OUT: 503,
  // Told only where this side ended it: a client that did is gone.
  CANCELLED: 503,
}

const statusOf = (error: unknown): number => {
  if (!isEssenceError(error)) return (error as {statusCode?: number}).statusCode ?? 500
  return statuses[error.code] ?? (error.kind === 'user' ? 400 : 500)
}

/**
 * Listens, and says plainly when it cannot. Where the supervisor of a deployed service holds the port, its connections
 * are accepted from the moment the service is ready until it drains; before and after, the other release has them, or they wait.
 * @returns the address to open, `http://127.0.0.1:8000`
 * @throws PORT_IN_USE, CONFIG_INVALID
 */
export const listen = async (http: FastifyInstance, host: string, port: number, variable: string): Promise<string> => {
  const descriptors = inheritedSockets(variable)
  const door = http.getDecorator<Doors>(doors)
  const {health, connections, lingerMs} = door
  if (descriptors.length > 0) {
    door.inherited = true
    health.addDoor({
      open: () => acceptInherited(http, connections, descriptors),
      close: deadline => connections.end(lingerMs, deadline),
    })
    return `http://${urlHost(host)}:${port}`
  }
  health.addDoor({close: async () => connections.answerLast()})
  return http.listen({host, port}).catch((cause: unknown) => {
    throw listenError(cause, {host, port, variable})
  })
}

const acceptInherited = async (
  http: FastifyInstance,
  connections: Connections,
  [first, ...others]: number[],
): Promise<void> => {
  // Node.js looks at `fd` before host and port, which Fastify wants to know; a name would make it bind further addresses.
  const options: FastifyListenOptions & {fd: number | undefined} = {host: '127.0.0.1', port: 0, fd: first}
  await http.listen(options)
  for (const descriptor of others) await connections.acceptOn(descriptor)
}
