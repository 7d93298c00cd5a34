import {Gauge} from 'prom-client'
import type {EngineInfo} from '../../compute/engine-info.ts'
import {describeEngine, noticesOf} from '../../engines/open.ts'
import type {Secret} from '../../kit/secret.ts'
import type {RpcServer} from '../../rpc/server.ts'
import type {Health} from '../health.ts'
import {listen, openHttp} from '../http.ts'
import type {Log} from '../log.ts'
import type {Metrics} from '../metrics.ts'
import type {Service} from '../run-service.ts'
import {EngineWatch} from './watch.ts'

/** What a service needs of its engine. */
export interface ServedEngine {
  info: EngineInfo
  close(): Promise<void>
}

/** What its server is told of the calls to take. */
interface CallOptions {
  host: string
  /** Of gRPC; 0 takes any free one. */
  port: number
  version: string
  /** What callers must show; nothing where it is absent. */
  key?: Secret | undefined
  /** Hz of raw PCM that does not say its own. */
  sampleRate: number
  idleMs: number
  stallMs: number
}

export interface EngineServiceOptions<Engine extends ServedEngine> extends CallOptions {
  /** Of /health and /metrics; 0 takes any free one. */
  metricsPort: number
  health: Health
  metrics: Metrics
  log: Log
  openEngine: (signal: AbortSignal) => Promise<Engine>
}

/** What its gRPC server is given. */
export interface ServeOptions<Engine> extends CallOptions {
  variable: string
  metrics: {registry: Metrics['registry']; prefix: string}
  onError: (error: unknown, method: string) => void
  /** Whether the engine works. */
  healthy: () => boolean
  /** The engine, once it is warm. */
  engine: () => Engine | undefined
}

/** One kind of engine, and how it is served. */
export interface EngineKind<Engine extends ServedEngine> {
  /** Of the service and its figures; in capitals, of its variables. */
  name: 'stt' | 'tts'
  /** `speech recognition` */
  role: string
  serve(options: ServeOptions<Engine>): Promise<RpcServer>
  /** Uses the engine as a call would, so that buffers are allocated and GPU kernels compiled. */
  warmUp(engine: Engine, signal: AbortSignal): Promise<void>
}

/** An engine as a service: gRPC, and HTTP for its health and figures. Refuses work until the engine is warm. */
export const engineService = <Engine extends ServedEngine>(
  {name, role, serve, warmUp}: EngineKind<Engine>,
  {metricsPort, health, metrics, log, openEngine, ...calls}: EngineServiceOptions<Engine>,
): Service => {
  const {registry} = metrics
  const prefix = name.toUpperCase()
  const http = openHttp({health, metrics, log, lingerMs: 500})
  const loadSeconds = new Gauge({
    name: `${name}_model_load_seconds`,
    help: 'Time the model took to load and to warm up',
    registers: [registry],
  })
  let engine: Engine | undefined
  let rpc: RpcServer | undefined
  let watch: EngineWatch | undefined
  let warm = false
  let works = true

  return {
    async start(signal, fail) {
      // First the ports: should one be taken, that is known before minutes of loading; and health answers meanwhile.
      rpc = await serve({
        ...calls,
        variable: `${prefix}_PORT`,
        metrics: {registry, prefix: name},
        healthy: () => works,
        engine: () => (warm ? engine : undefined),
        onError: (error, method) => {
          log.error({err: error, method}, 'call failed')
          watch?.failed(error)
        },
      })
      await listen(http, calls.host, metricsPort, `${prefix}_METRICS_PORT`)
      const began = performance.now()
      const opened = await openEngine(signal)
      engine = opened
      await warmUp(opened, signal)
      loadSeconds.set((performance.now() - began) / 1000)
      watch = new EngineWatch({
        health,
        log,
        probe: stop => warmUp(opened, stop),
        onChange(healthy) {
          works = healthy
          rpc?.setHealthy(healthy)
        },
        giveUp: fail,
      })
      warm = true
      await rpc.ready()
      const url = `grpc://${rpc.address}`
      return {name, url, lines: [`${describeEngine(role, opened.info)}, at ${url}`], notices: noticesOf([opened.info])}
    },
    async drain(deadline) {
      await rpc?.drain(deadline)
    },
    async close() {
      await rpc?.close()
      await watch?.close()
      await http.close()
      await engine?.close()
    },
  }
}
