import {constants} from 'node:http2'
import {performance} from 'node:perf_hooks'
import {
  Metadata as GrpcMetadata,
  ServerInterceptingCall,
  type ServerInterceptingCallInterface,
  type ServerInterceptor,
  status as Status,
} from '@grpc/grpc-js'
import {busyError, type EssenceError} from '../kit/errors.ts'
import {Semaphore} from '../kit/flow/semaphore.ts'
import type {Secret} from '../kit/secret.ts'
import type {CallMetrics} from './metrics.ts'
import {checkKey} from './service-key.ts'
import {type CallStatus, statusOf} from './status.ts'

export interface CallInterceptorOptions {
  /** Full names of the services that work; the others (health, reflection) are always open. */
  services: readonly string[]
  /** Those of them whose calls do not count against the limit, and are not waited for. */
  beside?: readonly string[] | undefined
  /** The key that callers must show. Default: none. */
  key?: Secret | undefined
  /** Calls worked on at once, as the engine behind them says; one more is refused before its message is read. */
  limit: () => number
  /** ms that a client may read nothing of what is sent to it. */
  stallMs: number
  metrics?: CallMetrics | undefined
  /** Checks each message of a call as it arrives. @throws what refuses the call */
  check?: ((method: string, message: unknown) => void) | undefined
}

/**
 * Checks and counts a call before and around its handler: the key, the limit, each message's size, a client that stops
 * reading, and the metrics. All of it below the handler, so that a refused call costs nothing but its headers.
 */
export class CallInterceptor {
  readonly #options: CallInterceptorOptions
  /** Only counts: the limit is the engine's, which is asked at each call. */
  readonly #running = new Semaphore(Number.POSITIVE_INFINITY)
  /** Why no new calls are accepted; undefined while they are. */
  closed: EssenceError | undefined

  constructor(options: CallInterceptorOptions) {
    this.#options = options
  }

  /** Resolves to true when no call is left, to false when the deadline aborts first. */
  idle(deadline: AbortSignal): Promise<boolean> {
    return this.#running.idle(deadline)
  }

  #refusal(method: string, isCounted: boolean, metadata: GrpcMetadata): EssenceError | undefined {
    const {key, limit} = this.#options
    try {
      if (key) checkKey(name => metadata.get(name)[0]?.toString(), key)
    } catch (error) {
      return error as EssenceError
    }
    // A service reports its health also while it starts, stops or is full.
    if (method === 'HealthCheck') return undefined
    if (this.closed) return this.closed
    return isCounted && this.#running.held > limit() ? busyError('The service', limit()) : undefined
  }

  /** For the server's options. */
  readonly interceptor: ServerInterceptor = ({path}, call) => {
    const [service = '', method = ''] = path.slice(1).split('/')
    const {services, beside, stallMs, metrics, check} = this.#options
    if (!services.includes(service)) return new ServerInterceptingCall(call)
    const started = performance.now()
    // Nor does a health check.
    const isCounted = method !== 'HealthCheck' && !beside?.includes(service)
    const leave = isCounted ? this.#running.tryAcquire() : undefined
    metrics?.started()
    let isOver = false
    const over = (code: number, error: string | undefined): void => {
      if (isOver) return
      isOver = true
      leave?.()
      metrics?.ended({method, status: Status[code] ?? '', seconds: (performance.now() - started) / 1000, error})
    }
    const refuse = (error: unknown): void => intercepted.sendStatus(asPartial(statusOf(error)))
    const intercepted = new GuardedCall(call, stallMs, {
      start: next =>
        next({
          onReceiveMetadata: (metadata, pass) => {
            const refusal = this.#refusal(method, isCounted, metadata)
            if (refusal) refuse(refusal)
            else pass(metadata)
          },
          onReceiveMessage: (message, pass) => {
            try {
              check?.(method, message)
            } catch (error) {
              return refuse(error)
            }
            pass(message)
          },
          onCancel: () => over(isLate(call) ? Status.DEADLINE_EXCEEDED : Status.CANCELLED, undefined),
        }),
      sendStatus: (status, next) => {
        over(status.code, status.metadata?.get('essence-code')[0]?.toString())
        next(status)
      },
    })
    return intercepted
  }
}

const isLate = (call: ServerInterceptingCallInterface): boolean => Number(call.getDeadline()) <= Date.now()

const asPartial = ({code, details, trailer}: CallStatus) => {
  const metadata = new GrpcMetadata()
  for (const [key, values] of trailer) for (const value of values) metadata.add(key, value as string | Buffer)
  return {code: code as number, details, metadata}
}

/** Drops a client that reads nothing for too long: what waits for it would be kept in memory. */
class GuardedCall extends ServerInterceptingCall {
  readonly #call: ServerInterceptingCallInterface
  readonly #stallMs: number

  constructor(
    call: ServerInterceptingCallInterface,
    stallMs: number,
    responder: ConstructorParameters<typeof ServerInterceptingCall>[1],
  ) {
    super(call, responder)
    this.#call = call
    this.#stallMs = stallMs
  }

  override sendMessage(message: unknown, callback: () => void): void {
    const timer = setTimeout(() => this.#drop(), this.#stallMs)
    timer.unref()
    super.sendMessage(message, () => {
      clearTimeout(timer)
      callback()
    })
  }

  // A status cannot get past what the client does not read; only a reset can, and grpc-js has no other way to it.
  #drop(): void {
    const {stream} = this.#call as {stream?: {close?: (code: number) => void}}
    stream?.close?.(constants.NGHTTP2_CANCEL)
  }
}
