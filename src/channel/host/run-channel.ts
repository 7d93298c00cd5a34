import type {Settings} from '../../config/schema.ts'
import {type OpenOptions, openEngines} from '../../engines/open.ts'
import {Health} from '../../service/health.ts'
import {openLog, transcriptLog} from '../../service/log.ts'
import {openMetrics} from '../../service/metrics.ts'
import {runService, type Service, type ServiceSummary} from '../../service/run-service.ts'
import {voicesOpener} from '../voices/voices.ts'

export interface RunChannelOptions<All extends Settings = Settings> {
  settings: All
  version: string
  onReady: (summary: ServiceSummary) => void
}

/** Runs what answers people in this process until it is told to stop. @param open it, with what each has @throws what its start throws */
export const runChannel = async (
  name: string,
  {settings, version, onReady}: RunChannelOptions,
  open: (parts: ReturnType<typeof channelParts>) => Service,
): Promise<void> => {
  const parts = channelParts(name, version, settings)
  const {log, health} = parts
  await runService(open(parts), {log, health, drainMs: settings.DRAIN_TIMEOUT_SECONDS * 1000, onReady})
}

const channelParts = (name: string, version: string, settings: Settings) => {
  const log = openLog(name, settings)
  return {
    ...{log, health: new Health(name, version), metrics: openMetrics(settings)},
    openEngines: (options: OpenOptions) =>
      openEngines(settings, {
        ...options,
        onProgress: message => log.info(message),
        onTranscript: transcriptLog(log, settings),
      }),
    openVoices: voicesOpener(settings),
  }
}
