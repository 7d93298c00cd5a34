import {describeEngine, noticesOf} from '@essence/core/engines/open'
import type {Secret} from '@essence/core/kit/secret'
import type {RpcServer} from '@essence/core/rpc/server'
import {EngineWatch} from '@essence/core/service/engine-watch'
import type {Health} from '@essence/core/service/health'
import {listen, openHttp} from '@essence/core/service/http'
import type {Log} from '@essence/core/service/log'
import type {Metrics} from '@essence/core/service/metrics'
import type {Service} from '@essence/core/service/run-service'
import {serveSpeechToText} from '@essence/core/stt/grpc-server'
import type {SpeechToText} from '@essence/core/stt/port'
import {sttMetrics} from './metrics.ts'

export interface SpeechServiceOptions {
  host: string
  /** Of gRPC; 0 takes any free one. */
  port: number
  /** Of /health and /metrics; 0 takes any free one. */
  metricsPort: number
  version: string
  /** What callers must show; nothing where it is absent. */
  key?: Secret | undefined
  /** Hz of raw PCM that does not say its own. */
  sampleRate: number
  /** Calls under way at once. */
  maxCalls: number
  idleMs: number
  stallMs: number
  health: Health
  metrics: Metrics
  log: Log
  openEngine: (signal: AbortSignal) => Promise<SpeechToText>
}

/** The speech recognition service: gRPC, and HTTP for its health and figures. Refuses work until the engine is warm. */
export const speechService = (options: SpeechServiceOptions): Service => {
  const {host, metricsPort, health, metrics, log, openEngine, ...rest} = options
  const http = openHttp({health, metrics, log, lingerMs: 500})
  const figures = sttMetrics(metrics.registry)
  let engine: SpeechToText | undefined
  let warm = false
  let rpc: RpcServer | undefined
  let watch: EngineWatch | undefined
  let works = true

  const watchOf = (opened: SpeechToText, giveUp: (error: unknown) => void): EngineWatch =>
    new EngineWatch({
      health,
      log,
      probe: signal => warmUp(opened, signal),
      onTurn(healthy) {
        works = healthy
        rpc?.turned(healthy)
      },
      giveUp,
    })

  return {
    async start(signal, fail) {
      // First the ports: should one be taken, that is known before minutes of loading; and health answers meanwhile.
      rpc = await serveSpeechToText({
        ...rest,
        ...figures.hooks,
        host,
        variable: 'STT_PORT',
        recognizer: () => (warm ? engine : undefined),
        metrics: {registry: metrics.registry, prefix: 'stt'},
        healthy: () => works,
        onError: (error, method) => {
          log.error({err: error, method}, 'call failed')
          watch?.failed(error)
        },
      })
      await listen(http, host, metricsPort, 'STT_METRICS_PORT')
      const began = performance.now()
      engine = await openEngine(signal)
      await warmUp(engine, signal)
      figures.loaded((performance.now() - began) / 1000)
      watch = watchOf(engine, fail)
      warm = true
      await rpc.ready()
      const url = `grpc://${rpc.address}`
      const {info} = engine
      return {
        name: 'stt',
        url,
        lines: [`${describeEngine('speech recognition', info)}, at ${url}`],
        notices: noticesOf([info]),
      }
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

/** Half a second of a tone, looked through for speech and heard to the end: buffers are allocated, GPU kernels compiled. */
const warmUp = async (stt: SpeechToText, signal: AbortSignal): Promise<void> => {
  const tone = Float32Array.from({length: 8000}, (_, at) => 0.2 * Math.sin(at / 5))
  await stt.recognize(tone, {vad: true, signal})
  await stt.recognize(tone, {vad: false, signal})
}
