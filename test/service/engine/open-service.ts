import {type EngineKind, engineService, type ServedEngine} from '@essence/core/service/engine/service'
import {Health} from '@essence/core/service/health'
import {openLog} from '@essence/core/service/log'
import {type Metrics, openMetrics} from '@essence/core/service/metrics'

/** An engine as a service on free ports, as its command makes it; not started yet. */
export const engineServiceOf = <Engine extends ServedEngine>(
  kindOf: (registry: Metrics['registry']) => EngineKind<Engine>,
  openEngine: () => Promise<Engine>,
  metricsPort = 0,
) => {
  const metrics = openMetrics()
  const kind = kindOf(metrics.registry)
  const health = new Health(kind.name, '1.2.3')
  const log = openLog(kind.name, {LOG_LEVEL: 'CRITICAL', LOG_FORMAT: 'json'})
  log.level = 'silent'
  const service = engineService(kind, {
    ...{
      host: '127.0.0.1',
      port: 0,
      metricsPort,
      version: '1.2.3',
      sampleRate: 16_000,
      health,
      log,
      metrics,
      openEngine,
    },
    ...{idleMs: 60_000, stallMs: 60_000},
  })
  return {service, health, metrics}
}
