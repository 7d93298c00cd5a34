import {Channel, ChannelCredentials} from '@grpc/grpc-js'
import {
  type CallOptions,
  type Client,
  type ClientMiddlewareCall,
  type CompatServiceDefinition,
  createClientFactory,
  Metadata,
} from 'nice-grpc'
import {EssenceError, isEssenceError} from '../kit/errors.ts'
import {backoffMs} from '../kit/flow/backoff.ts'
import {retry} from '../kit/flow/retry.ts'
import type {Secret} from '../kit/secret.ts'
import {targetOf} from './address.ts'
import {showKey} from './service-key.ts'
import {errorOf} from './status.ts'

export interface RpcClientOptions {
  /** `grpc://host:50052`, see `targetOf`. */
  url: string
  /** The setting it comes from, for messages. */
  variable: string
  defaultPort: number
  /** What messages call the service: `The speech recognition service`. */
  name: string
  /** The key to show the service. */
  key?: Secret | undefined
  /** ms between signs of life while a call is under way. Default 30000: servers refuse to be asked much more often. */
  keepaliveMs?: number | undefined
  /** ms to wait for the answer to one. Default 5000. */
  keepaliveTimeoutMs?: number | undefined
  /** For a `grpcs://` address. Default: the authorities that come with Node.js. */
  credentials?: ChannelCredentials | undefined
}

export interface RpcClient<Definition extends CompatServiceDefinition> {
  readonly client: Client<Definition>
  /** `The speech recognition service (STT_URL=grpc://host:50052)` */
  readonly name: string
  /** Ends what is under way. */
  close(): void
}

/**
 * Addresses are called in rotation. A call that no server took (UNAVAILABLE before the first byte of an answer) is retried,
 * at another address where there is one; later failures are not: part of the work may have been done.
 */
const serviceConfig = (service: string) => ({
  loadBalancingConfig: [{round_robin: {}}],
  methodConfig: [
    {
      name: [{service}],
      retryPolicy: {
        maxAttempts: 4,
        initialBackoff: '0.1s',
        maxBackoff: '1s',
        backoffMultiplier: 2,
        retryableStatusCodes: ['UNAVAILABLE'],
      },
    },
  ],
})

/**
 * A client of one of our services; connects at the first call, and again by itself whenever the connection is lost. What
 * fails is an `EssenceError`, the same that the service threw.
 * @param service `june.asr.SpeechToText`
 * @throws CONFIG_INVALID (the address)
 */
export const openRpcClient = <Definition extends CompatServiceDefinition>(
  definition: Definition,
  service: string,
  options: RpcClientOptions,
): RpcClient<Definition> => {
  const {url, variable, defaultPort, key, keepaliveMs = 30_000, keepaliveTimeoutMs = 5000} = options
  const name = `${options.name} (${variable}=${url})`
  const {target, secure} = targetOf(url, variable, defaultPort)
  const channel = new Channel(
    target,
    secure ? (options.credentials ?? ChannelCredentials.createSsl()) : ChannelCredentials.createInsecure(),
    {
      'grpc.service_config': JSON.stringify(serviceConfig(service)),
      'grpc.service_config_disable_resolution': 1,
      'grpc.max_receive_message_length': -1,
      'grpc.max_send_message_length': -1,
      // A recording is held until the service answers, to be sent again to another one.
      'grpc.per_rpc_retry_buffer_size': 64 * 1024 ** 2,
      'grpc.retry_buffer_size': 256 * 1024 ** 2,
      'grpc.keepalive_time_ms': keepaliveMs,
      'grpc.keepalive_timeout_ms': keepaliveTimeoutMs,
      'grpc.keepalive_permit_without_calls': 0,
      'grpc.initial_reconnect_backoff_ms': 200,
      // A service that is back is to be found at once: asking costs one packet.
      'grpc.max_reconnect_backoff_ms': 1000,
      'grpc.min_reconnect_backoff_ms': 5000,
    },
  )
  const factory = createClientFactory().use(translate(name, key))
  return {client: factory.create(definition, channel), name, close: () => channel.close()}
}

/** Shows the key, and turns what fails into our errors. */
const translate = (name: string, key: Secret | undefined) =>
  async function* <Request, Response>(
    call: ClientMiddlewareCall<Request, Response>,
    options: CallOptions,
  ): AsyncGenerator<Awaited<Response>, Awaited<Response> | undefined, undefined> {
    let trailer = Metadata()
    const metadata = Metadata(options.metadata)
    if (key) showKey(metadata, key)
    try {
      return yield* call.next(call.request, {
        ...options,
        metadata,
        onTrailer(received) {
          trailer = received
          options.onTrailer?.(received)
        },
      }) as AsyncGenerator<Awaited<Response>, Awaited<Response> | undefined, undefined>
    } catch (error) {
      const {signal} = options
      if (signal?.aborted) {
        if (isEssenceError(signal.reason) && signal.reason.code === 'TIMED_OUT') throw signal.reason
        throw new EssenceError('CANCELLED', 'Cancelled.', {cause: signal.reason})
      }
      throw errorOf(error, trailer, name)
    }
  }

/**
 * Makes a call with a deadline, which the service gets as well.
 * @throws TIMED_OUT, CANCELLED when the signal aborts, and what the call throws
 */
export const withDeadline = async <T>(
  name: string,
  ms: number,
  signal: AbortSignal | undefined,
  call: (options: CallOptions) => Promise<T>,
): Promise<T> => {
  const late = new AbortController()
  const inSeconds = `${Math.round(ms / 1000)} s`
  const timer = setTimeout(
    () => late.abort(new EssenceError('TIMED_OUT', `${name} did not answer within ${inSeconds}.`)),
    ms,
  )
  try {
    return await call({
      signal: signal ? AbortSignal.any([signal, late.signal]) : late.signal,
      // The service's clock starts later; it is to give up after us, not before: its answer would be less to the point.
      metadata: Metadata({'grpc-timeout': `${Math.min(Math.ceil(ms) + 1000, 99_999_999)}m`}),
    })
  } finally {
    clearTimeout(timer)
  }
}

/** ms in which a service that starts with its caller answers at all. */
const defaultWaitMs = 60_000

/**
 * Asks again and again until the service is healthy.
 * @param ask resolves to the answer, undefined while the service is not ready
 * @param options `waitMs`: default a minute; `extend`: it begins anew whenever the service says that it is not ready, for large models take
 * longer; default: where no `waitMs` is given
 * @throws REMOTE_UNREACHABLE after `waitMs`, CANCELLED, and what cannot be mended by waiting
 */
export const whenHealthy = async <T>(
  name: string,
  ask: (signal: AbortSignal) => Promise<T | undefined>,
  {
    signal,
    waitMs: givenMs,
    extend = givenMs === undefined,
    onWait,
  }: {
    signal?: AbortSignal | undefined
    waitMs?: number | undefined
    extend?: boolean
    onWait?: ((why: string) => void) | undefined
  },
): Promise<T> => {
  const waitMs = givenMs ?? defaultWaitMs
  let until = performance.now() + waitMs
  const ready = async (): Promise<T> => {
    const answer = await ask(AbortSignal.any([AbortSignal.timeout(5000), ...(signal ? [signal] : [])]))
    if (answer === undefined && extend) until = performance.now() + waitMs
    if (answer === undefined) throw new EssenceError('ENGINE_UNAVAILABLE', 'it says that it is not ready.')
    return answer
  }
  const onRetry = ({failures}: {failures: number}): void => {
    if (failures === 1) onWait?.(`waiting for ${name.replace(/^The /, 'the ')}`)
  }
  const pause = (failures: number): number => Math.min(backoffMs(failures, 100, 500), until - performance.now())
  const retryable = (error: unknown): boolean => isTransient(error) && performance.now() < until
  return retry(ready, {pause, retryable, onRetry, signal}).catch(error => {
    if (signal?.aborted || !isTransient(error)) throw error
    const why = error.code === 'CANCELLED' ? 'it does not answer.' : error.message.replace(name, 'it')
    throw new EssenceError(
      'REMOTE_UNREACHABLE',
      `${name} was not ready within ${Math.round(waitMs / 1000)} s: ${why}`,
      {suggestions: ['See that it runs, and that the address is right.'], cause: error},
    )
  })
}

/** A retry may succeed: an answer that did not come in time was CANCELLED by us. */
const isTransient = (error: unknown): error is EssenceError =>
  isEssenceError(error) && (error.retryable || error.code === 'ENGINE_UNAVAILABLE' || error.code === 'CANCELLED')
