import type {Settings} from '@essence/core/config/schema'
import type {EngineKind, ServedEngine} from '@essence/core/service/engine/kind'
import type {EngineKindOf} from '@essence/core/service/engine/run'
import {engineService} from '@essence/core/service/engine/service'
import {Health} from '@essence/core/service/health'
import {openLog} from '@essence/core/service/log'
import {openMetrics} from '@essence/core/service/metrics'

const settings = {
  GRPC_IDLE_TIMEOUT_SECONDS: 60,
  GRPC_STALL_TIMEOUT_SECONDS: 60,
  STT_SAMPLE_RATE: 16_000,
  TTS_SAMPLE_RATE: 16_000,
  DOCUMENT_MAX_MB: 50,
} as Settings

/** An engine as a service on free ports, as its command makes it; not started yet. */
export const engineServiceOf = <Engine extends ServedEngine>(
  kindOf: EngineKindOf<Engine>,
  openEngine: () => Promise<Engine>,
  metricsPort = 0,
) => {
  const metrics = openMetrics()
  const kind: EngineKind<Engine> = {
    ...kindOf(metrics.registry),
    address: () => ({host: '127.0.0.1', port: 0, metricsPort}),
    open: openEngine,
  }
  const health = new Health(kind.name, '1.2.3')
  const log = openLog(kind.name, {LOG_LEVEL: 'CRITICAL', LOG_FORMAT: 'json'})
  log.level = 'silent'
  const service = engineService(kind, {settings, version: '1.2.3', health, log, metrics})
  return {service, health, metrics, settings}
}
