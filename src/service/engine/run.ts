import {isLoopback} from '../../access/loopback.ts'
import type {Settings} from '../../config/schema.ts'
import {Health} from '../health.ts'
import {openLog} from '../log.ts'
import {type Metrics, openMetrics} from '../metrics.ts'
import {runService, type ServiceSummary} from '../run-service.ts'
import type {EngineKind, ServedEngine} from './kind.ts'
import {engineService} from './service.ts'

/** A kind of engine, whose figures go to the registry given. */
export type EngineKindOf<Engine extends ServedEngine, S extends Settings = Settings> = (
  registry: Metrics['registry'],
) => EngineKind<Engine, S>

export interface EngineServiceRun<Engine extends ServedEngine, S extends Settings> {
  kindOf: EngineKindOf<Engine, S>
  settings: S
  version: string
  warn: (message: string) => void
  onReady: (summary: ServiceSummary) => void
}

/**
 * `essence stt`, `essence tts`: an engine as a service, until a signal ends it.
 * @throws CONFIG_INVALID, PORT_IN_USE; what opening the engine throws
 */
export const runEngineService = async <Engine extends ServedEngine, S extends Settings>({
  kindOf,
  settings,
  version,
  warn,
  onReady,
}: EngineServiceRun<Engine, S>): Promise<void> => {
  const metrics = openMetrics(settings)
  const kind = kindOf(metrics.registry)
  const {host} = kind.address(settings)
  if (!isLoopback(host)) {
    const {variables} = kind
    if (!settings.SERVICE_API_KEY) {
      warn(
        `${variables.host} is ${host}: all who reach this machine may use the service. Set SERVICE_API_KEY on both sides.`,
      )
    }
    if (!settings.SERVICE_TLS_CERT) {
      warn(
        `${variables.host} is ${host}: what is said crosses the network in plain text. Set SERVICE_TLS_CERT and SERVICE_TLS_KEY.`,
      )
    }
  }
  const log = openLog(kind.name, settings)
  const health = new Health(kind.name, version)
  const service = engineService(kind, {settings, version, health, metrics, log})
  await runService(service, {log, health, drainMs: settings.DRAIN_TIMEOUT_SECONDS * 1000, onReady})
}
