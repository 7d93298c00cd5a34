import {isLoopback} from '../../access/loopback.ts'
import {readConfig} from '../../config/read.ts'
import type {Settings} from '../../config/schema.ts'
import {Health} from '../health.ts'
import {openLog} from '../log.ts'
import {type Metrics, openMetrics} from '../metrics.ts'
import {runService, type ServiceSummary} from '../run-service.ts'
import {type EngineKind, engineService, type ServedEngine} from './service.ts'

export interface EngineServiceRun<Engine extends ServedEngine> {
  /** How it is served; its figures go to the registry given. */
  kindOf: (registry: Metrics['registry']) => EngineKind<Engine>
  openEngine: (settings: Settings, signal: AbortSignal) => Promise<Engine>
  /** Of the command line, over the settings. */
  flags: {model?: string | undefined; device?: string | undefined; host?: string | undefined; port?: number | undefined}
  version: string
  warn: (message: string) => void
  onReady: (summary: ServiceSummary) => void
}

/**
 * `essence stt`, `essence tts`: an engine as a service, until a signal ends it.
 * @throws CONFIG_INVALID, PORT_IN_USE; what opening the engine throws
 */
export const runEngineService = async <Engine extends ServedEngine>({
  kindOf,
  openEngine,
  flags,
  version,
  warn,
  onReady,
}: EngineServiceRun<Engine>): Promise<void> => {
  const metrics = openMetrics()
  const kind = kindOf(metrics.registry)
  const {name} = kind
  const prefix = name.toUpperCase() as Uppercase<typeof name>
  const {settings, warnings} = await readConfig({
    flags: {
      [`${prefix}_MODEL`]: flags.model,
      [`${prefix}_DEVICE`]: flags.device,
      [`${prefix}_HOST`]: flags.host,
      [`${prefix}_PORT`]: flags.port,
    },
  })
  for (const warning of warnings) warn(warning)
  const {[`${prefix}_HOST` as const]: host, SERVICE_API_KEY: key} = settings
  if (!isLoopback(host) && !key) {
    warn(
      `${prefix}_HOST is ${host}: whoever reaches this machine may use the service. Set SERVICE_API_KEY on both sides.`,
    )
  }
  const log = openLog(name, settings)
  const health = new Health(name, version)
  const service = engineService(kind, {
    ...{host, version, key, health, metrics, log},
    port: settings[`${prefix}_PORT`],
    metricsPort: settings[`${prefix}_METRICS_PORT`],
    sampleRate: settings[`${prefix}_SAMPLE_RATE`],
    idleMs: settings.GRPC_IDLE_TIMEOUT_SECONDS * 1000,
    stallMs: settings.GRPC_STALL_TIMEOUT_SECONDS * 1000,
    // This is the service: an address of another one is for its callers.
    openEngine: signal => openEngine({...settings, [`${prefix}_URL`]: undefined}, signal),
  })
  await runService(service, {log, health, drainMs: settings.DRAIN_TIMEOUT_SECONDS * 1000, onReady})
}
