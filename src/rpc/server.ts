import {logVerbosity, type ServerCredentials, setLogVerbosity} from '@grpc/grpc-js'
import type {CompatServiceDefinition} from 'nice-grpc'
import {
  type CallContext,
  createServer,
  ServerError,
  type ServerMiddlewareCall,
  type ServiceImplementation,
} from 'nice-grpc'
import {HealthDefinition, HealthServiceImpl, HealthState} from 'nice-grpc-server-health'
import {ServerReflection, ServerReflectionService} from 'nice-grpc-server-reflection'
import type {Registry} from 'prom-client'
import {EssenceError, isEssenceError} from '../kit/errors.ts'
import {listenError} from '../kit/listen-error.ts'
import {inheritedSockets} from '../kit/process/inherited-sockets.ts'
import type {Secret} from '../kit/secret.ts'
import {urlHost} from '../kit/url-host.ts'
import {CallInterceptor} from './call-interceptor.ts'
import {descriptorSet} from './generated/descriptor-set.ts'
import {inheritedAddress} from './inherited-address.ts'
import {callMetrics} from './metrics.ts'
import {statusOf} from './status.ts'

/** A message may hold 50 MB of sound; more is read only to answer with a sentence instead of a cut connection. */
const maxMessageBytes = 64 * 1024 ** 2

/** Calls one connection may have under way. */
const streamsPerConnection = 100

/** A service that stands beside another one on its port. */
export interface BesideService {
  definition: CompatServiceDefinition
  /** `june.mind.Mind` */
  service: string
  implementation: object
}

/** For the list of services beside another one: what is implemented is what is defined. */
export const besideService = <Definition extends CompatServiceDefinition>(
  definition: Definition,
  service: string,
  implementation: ServiceImplementation<Definition>,
): BesideService => ({definition, service, implementation})

export interface RpcServerOptions<Definition extends CompatServiceDefinition> {
  host: string
  /** 0 takes any free one. */
  port: number
  /** The variable that sets the port, for the message when it is taken. */
  variable: string
  definition: Definition
  /** `june.asr.SpeechToText` */
  service: string
  implementation: ServiceImplementation<Definition>
  /** Others on the same port. Their calls do not count against the limit, and `drain` does not wait for them. */
  beside?: readonly BesideService[] | undefined
  /** The key that callers must show. Default: none. */
  key?: Secret | undefined
  /** For TLS. Default: plain text. */
  credentials?: ServerCredentials | undefined
  /** Calls worked on at once, waiting ones included: as many as the engine takes. */
  limit: () => number
  /** ms after which a client that reads nothing is dropped. */
  stallMs: number
  /** Where the figures of the calls go, under this prefix: `stt`. */
  metrics?: {registry: Registry; prefix: string} | undefined
  check?: ((method: string, message: unknown) => void) | undefined
  /** Called with each failure that is not the caller's. */
  onError?: ((error: unknown, method: string) => void) | undefined
}

export interface RpcServer {
  /** `127.0.0.1:50052` */
  readonly address: string
  /** `grpc://127.0.0.1:50052`, or `grpcs://…` with TLS. */
  readonly url: string
  readonly port: number
  /** Everything is warm: health says SERVING from now on, and inherited sockets are listened on. */
  ready(): Promise<void>
  /** Whether the engine works; while it does not, health says NOT_SERVING, but calls are tried. Nothing before `ready`. */
  setHealthy(healthy: boolean): void
  /**
   * Health says NOT_SERVING, new calls are refused with UNAVAILABLE, and those under way end, or the signal aborts. On
   * inherited sockets no call is refused: clients are told to connect anew, which leads them to the next process.
   */
  drain(deadline: AbortSignal): Promise<void>
  /** Ends at once what is left. */
  close(): Promise<void>
}

/**
 * Starts a gRPC server with a service of ours, those beside it, the standard health service and reflection. It answers from the start;
 * until `ready` the service refuses work with UNAVAILABLE. On inherited sockets it answers from `ready` on.
 * @throws PORT_IN_USE, CONFIG_INVALID
 */
export const startRpcServer = async <Definition extends CompatServiceDefinition>(
  options: RpcServerOptions<Definition>,
): Promise<RpcServer> => {
  const {host, port, variable, definition, service, implementation, key, credentials} = options
  const {limit, stallMs, metrics, check, beside = []} = options
  const others = beside.map(one => one.service)
  const services = [service, ...others]
  const calls = new CallInterceptor({
    services,
    beside: others,
    key,
    limit,
    stallMs,
    metrics: metrics && callMetrics(metrics.registry, metrics.prefix),
    check,
  })
  calls.closed = new EssenceError('ENGINE_UNAVAILABLE', 'The service is still starting.', {
    suggestions: ['Try again in a moment.'],
  })
  const health = HealthState()
  const setHealth = (state: 'healthy' | 'unhealthy'): void => {
    for (const name of ['', ...services]) health.setStatus(state, name)
  }
  setHealth('unhealthy')

  // Its own line about a port that is taken would stand before our sentence.
  if (process.env['GRPC_VERBOSITY'] === undefined) setLogVerbosity(logVerbosity.NONE)
  const server = createServer({
    'grpc.max_receive_message_length': maxMessageBytes,
    'grpc.max_send_message_length': -1,
    'grpc.max_concurrent_streams': streamsPerConnection,
    // Finds out that a client is gone, so that its calls end.
    'grpc.keepalive_time_ms': 60_000,
    'grpc.keepalive_timeout_ms': 20_000,
    interceptors: [calls.interceptor],
  } as Parameters<typeof createServer>[0])
  const ours = server.with(errorsToStatus(options.onError))
  ours.add(definition, implementation)
  for (const one of beside)
    ours.add(one.definition, one.implementation as ServiceImplementation<CompatServiceDefinition>)
  server.add(HealthDefinition, HealthServiceImpl(health))
  server.add(ServerReflectionService, ServerReflection(descriptorSet, [...services, 'grpc.health.v1.Health']))
  const authority = urlHost(host)
  const bind = (address: string): Promise<number> =>
    server.listen(address, credentials).catch((cause: unknown) => {
      throw listenError(cause, {host, port, variable})
    })
  const descriptors = inheritedSockets(variable)
  const inherited = descriptors.length > 0
  const bound = inherited ? port : await bind(`${authority}:${port}`)
  return {
    address: `${authority}:${bound}`,
    url: `${credentials ? 'grpcs' : 'grpc'}://${authority}:${bound}`,
    port: bound,
    async ready() {
      calls.closed = undefined
      setHealth('healthy')
      if (inherited) await bind(inheritedAddress(port, descriptors))
    },
    setHealthy(healthy) {
      if (!calls.closed) setHealth(healthy ? 'healthy' : 'unhealthy')
    },
    async drain(deadline) {
      if (inherited) {
        setHealth('unhealthy')
        // GOAWAY: calls under way end, and later ones are retried by the client, on a new connection.
        await Promise.race([server.shutdown(), aborted(deadline)])
        return
      }
      calls.closed = new EssenceError('ENGINE_UNAVAILABLE', 'The service is stopping.', {
        suggestions: ['Try again: another one may answer, or this one when it is back.'],
      })
      setHealth('unhealthy')
      await calls.idle(deadline)
    },
    async close() {
      server.forceShutdown()
    },
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise(resolve => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), {once: true})
  })

/** What a handler throws, as a status with the error's code in its trailer. */
const errorsToStatus = (onError: (error: unknown, method: string) => void = () => {}) =>
  async function* <Request, Response>(
    call: ServerMiddlewareCall<Request, Response>,
    context: CallContext,
  ): AsyncGenerator<Awaited<Response>, Awaited<Response> | undefined, undefined> {
    try {
      return yield* call.next(call.request, context) as AsyncGenerator<
        Awaited<Response>,
        Awaited<Response> | undefined,
        undefined
      >
    } catch (error) {
      if (error instanceof ServerError) throw error
      if (context.signal.aborted) throw new ServerError(1, 'Cancelled.')
      const {code, details, trailer} = statusOf(error)
      for (const [key, values] of trailer) for (const value of values) context.trailer.append(key, value)
      if (!isEssenceError(error) || error.kind !== 'user') onError(error, call.method.path)
      throw new ServerError(code, details)
    }
  }
