import {Gauge} from 'prom-client'
import {isLoopback} from '../../access/loopback.ts'
import type {Settings} from '../../config/schema.ts'
import {describeEngine, noticesOf} from '../../engines/open.ts'
import {Replaceable} from '../../engines/replaceable.ts'
import {EssenceError} from '../../kit/errors.ts'
import type {RpcServer} from '../../rpc/server.ts'
import {serverCredentials} from '../../rpc/tls.ts'
import type {Check, Health} from '../health.ts'
import {listen, openHttp} from '../http.ts'
import {type Log, logFailure, transcriptLog} from '../log.ts'
import type {Metrics} from '../metrics.ts'
import type {Service, ServiceSummary} from '../run-service.ts'
import {engineDetail} from './health.ts'
import type {EngineKind, ServedEngine} from './kind.ts'
import {EngineWatch} from './watch.ts'

export interface EngineServiceOptions<S extends Settings> {
  settings: S
  version: string
  health: Health
  metrics: Metrics
  log: Log
}

/** Between the services of one machine there is nobody to hide from; and no certificate is made out to 127.0.0.1. */
const tlsOf = async ({SERVICE_TLS_CERT: cert, SERVICE_TLS_KEY: key}: Settings, host: string) =>
  isLoopback(host) ? undefined : await serverCredentials({cert, key})

/** What is missing degrades a service, which works on without it. */
const lackCheck = (lacks: readonly string[]): Check =>
  lacks.length === 0 ? {status: 'healthy'} : {status: 'degraded', detail: lacks.join('; ')}

/** An engine as a service: gRPC, and HTTP for its health and figures. Refuses work until the engine is warm. */
export const engineService = <Engine extends ServedEngine, S extends Settings>(
  kind: EngineKind<Engine, S>,
  {settings, version, health, metrics, log}: EngineServiceOptions<S>,
): Service => {
  const {name, role, inTurn, variables} = kind
  const {registry} = metrics
  const http = openHttp({health, metrics, log, lingerMs: 500})
  const loadSeconds = new Gauge({
    name: `${name}_model_load_seconds`,
    help: 'Time the model took to load and to warm up',
    registers: [registry],
  })
  let held: Replaceable<Engine> | undefined
  let engine: Engine | undefined
  let rpc: RpcServer | undefined
  let watch: EngineWatch | undefined
  let warm = false
  let works = true

  /** Warm. */
  const open = async (signal: AbortSignal): Promise<Engine> => {
    const began = performance.now()
    const opened = await kind.open(settings, {signal, onTranscript: transcriptLog(log, settings)})
    try {
      await kind.warmUp(opened, signal)
    } catch (error) {
      await opened.close().catch(() => {})
      throw error
    }
    loadSeconds.set((performance.now() - began) / 1000)
    return opened
  }
  const summary = ({info}: Engine, url: string): ServiceSummary => ({
    ...{name, url, lines: [`${describeEngine(role, info)}, at ${url}`]},
    notices: noticesOf([info]),
    engines: inTurn && [{role: inTurn, info}],
  })

  const reopen = async (signal: AbortSignal): Promise<ServiceSummary> => {
    if (!held || !rpc) throw new EssenceError('ENGINE_UNAVAILABLE', `${role} is not open yet.`)
    held.replace(await open(signal))
    watch?.replaced()
    return summary(held.current, rpc.url)
  }

  return {
    async start(signal, fail, listening) {
      // First the ports: should one be taken, that is known before minutes of loading; and health answers meanwhile.
      const {host, port, metricsPort} = kind.address(settings)
      const serving = {
        host,
        port,
        variable: variables.port,
        version,
        key: settings.SERVICE_API_KEY,
        credentials: await tlsOf(settings, host),
        idleMs: settings.GRPC_IDLE_TIMEOUT_SECONDS * 1000,
        stallMs: settings.GRPC_STALL_TIMEOUT_SECONDS * 1000,
        metrics: {registry, prefix: name},
        healthy: () => works,
        engine: () => (warm ? engine : undefined),
        onError: (error: unknown, method: string) => {
          logFailure(log, error, {method}, 'call failed')
          watch?.failed(error)
        },
      }
      rpc = await kind.serve(serving, settings)
      const address = await listen(http, host, metricsPort, variables.metricsPort)
      listening?.({url: rpc.url, health: `${address}/health`})
      held = new Replaceable(await open(signal))
      const served = kind.held?.(held) ?? held.current
      engine = served
      watch = new EngineWatch({
        health,
        log,
        detail: () => engineDetail(served.info),
        probe: stop => kind.warmUp(served, stop),
        onChange(healthy) {
          works = healthy
          rpc?.setHealthy(healthy)
        },
        giveUp: fail,
      })
      if (kind.lacks) health.set('mind', () => lackCheck(kind.lacks?.(served) ?? []))
      warm = true
      await rpc.ready()
      return summary(served, rpc.url)
    },
    reopen: kind.held && reopen,
    async drain(deadline) {
      await rpc?.drain(deadline)
    },
    async close() {
      await rpc?.close()
      await watch?.close()
      await http.close()
      await held?.close()
      await kind.close?.()
    },
  }
}
