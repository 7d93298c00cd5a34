import type {Settings} from '../../../config/schema.ts'
import {duration} from '../../../kit/byte-size.ts'
import {messageOf} from '../../../kit/errors.ts'
import {backoffMs} from '../../../kit/flow/backoff.ts'
import {retry} from '../../../kit/flow/retry.ts'
import {modelStore} from '../../../models/cache/store.ts'
import {requiredFor} from '../../../models/catalogue/catalogue.ts'
import type {ProfileName} from '../../../models/catalogue/entry.ts'
import {downloadModels} from '../../../models/download/download.ts'
import type {DownloadEvent} from '../../../models/download/download-event.ts'
import {planDownload} from '../../../models/download/plan.ts'
import {openMeter} from '../../../models/download/progress.ts'
import type {HubAccess} from '../../../models/hub/hub-request.ts'
import type {ComingModels} from '../../../service/supervisor-message.ts'

export interface Bringing {
  profile: ProfileName
  settings: Settings
  hub: HubAccess | undefined
  onChange: (models: ComingModels) => void
  signal: AbortSignal
}

/** ms between two reports of progress. */
const reportMs = 500
/** ms after a download that failed, though each of its requests was tried again for minutes. */
const firstPauseMs = 60_000
const maxPauseMs = 900_000

/**
 * Downloads the models of a profile, as long as it takes; what fails of the network is tried again and again.
 * @returns whether they are here; what is in the way was told
 */
export const bringModels = async ({profile, settings, hub, onChange, signal}: Bringing): Promise<boolean> => {
  const store = modelStore(settings)
  const wanted = requiredFor(profile)

  const attempt = async (): Promise<void> => {
    const meter = openMeter()
    let pause: string | undefined
    const report = (): void => {
      const {received, size, secondsLeft} = meter.total()
      onChange({state: 'downloading', profile, received, size, secondsLeft, pause})
    }
    const onEvent = (event: DownloadEvent): void => {
      meter.update(event)
      if (event.event === 'paused') pause = event.reason
      else if (event.event === 'progress') pause = undefined
    }
    const timer = setInterval(report, reportMs)
    try {
      const options = {store, hub, onEvent, signal}
      const {failed} = await downloadModels(await planDownload(wanted, options), options)
      const [first] = failed
      if (first) throw first.error
      signal.throwIfAborted()
    } finally {
      clearInterval(timer)
    }
  }

  try {
    await retry(attempt, {
      signal,
      pause: failures => backoffMs(failures, firstPauseMs, maxPauseMs),
      onRetry: ({error, pauseMs}) =>
        onChange({
          ...{state: 'failed', profile},
          reason: `${messageOf(error)} It is tried again in ${duration(pauseMs / 1000)}.`,
        }),
    })
    return true
  } catch (error) {
    if (!signal.aborted) onChange({state: 'failed', profile, reason: messageOf(error)})
    return false
  }
}
