import type {Settings} from '../../config/schema.ts'
import {openEngines} from '../../engines/open.ts'
import {Health} from '../../service/health.ts'
import {openLog, transcriptLog} from '../../service/log.ts'
import {openMetrics} from '../../service/metrics.ts'
import {runService, type ServiceSummary} from '../../service/run-service.ts'
import {voicesOpener} from '../voices/voices.ts'
import type {WorkerChannel} from './channel.ts'
import {VoiceWorker} from './voice-worker.ts'

export interface RunVoiceWorkerOptions {
  /** Those of the core and of all plugins. */
  settings: Settings
  channels: readonly WorkerChannel[]
  version: string
  onReady: (summary: ServiceSummary) => void
}

/** Runs a voice worker in this process until it is told to stop. @throws what `VoiceWorker.start` throws */
export const runVoiceWorker = async ({settings, channels, version, onReady}: RunVoiceWorkerOptions): Promise<void> => {
  const log = openLog('voice-worker', settings)
  const health = new Health('voice-worker', version)
  const service = new VoiceWorker({
    settings,
    channels,
    dataDir: settings.JUNE_DATA_DIR,
    id: settings.WORKER_ID,
    host: settings.VOICE_WORKER_HOST,
    port: settings.VOICE_WORKER_PORT,
    openEngines: options =>
      openEngines(settings, {
        ...options,
        onProgress: message => log.info(message),
        onTranscript: transcriptLog(log, settings),
      }),
    openVoices: voicesOpener(settings),
    health,
    metrics: openMetrics(settings),
    log,
  })
  await runService(service, {log, health, drainMs: settings.DRAIN_TIMEOUT_SECONDS * 1000, onReady})
}
