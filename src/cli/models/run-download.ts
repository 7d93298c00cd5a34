import type {Settings} from '../../config/schema.ts'
import {readableBytes} from '../../kit/byte-size.ts'
import {withCancel} from '../../kit/cancel.ts'
import {EssenceError, isEssenceError} from '../../kit/errors.ts'
import {modelStore} from '../../models/cache/store.ts'
import type {ModelKind} from '../../models/catalogue/entry.ts'
import {chooseModels, chooseProfile} from '../../models/download/choose.ts'
import {type DownloadOptions, type DownloadResult, downloadModels} from '../../models/download/download.ts'
import {planDownload} from '../../models/download/plan.ts'
import type {PlannedModel} from '../../models/download/plan-model.ts'
import {hubFrom} from '../../models/hub/hub-settings.ts'
import {openView, type ViewKind} from './download-view.ts'

export interface DownloadRequest {
  settings: Settings
  all: boolean
  models: readonly string[] | undefined
  kind: ModelKind | undefined
  allow: readonly string[] | undefined
  force: boolean
  update: boolean
  wait: boolean
  dryRun: boolean
  show: ViewKind
  /** Lines of the result, for people. */
  log(line: string): void
  /** What `--json` shows although the command fails: what was downloaded nevertheless. */
  onReport(report: unknown): void
  /** For tests: how to download. */
  transfer?: Partial<DownloadOptions>
}

const reportOf = ({done, failed}: DownloadResult) => ({
  models: done,
  failed: failed.map(({id, error}) => ({
    id,
    code: isEssenceError(error) ? error.code : 'BUG',
    message: error instanceof Error ? error.message : String(error),
  })),
})

const planLines = (plan: readonly PlannedModel[]): string[] =>
  plan.map(({wanted, files}) => {
    const bytes = files.reduce((sum, {size}) => sum + size, 0)
    const here = files.every(({state}) => state !== 'fetch')
    return `${here ? '✓' : '↓'} ${wanted.id}  ${readableBytes(bytes)}${here ? '  is here' : ''}`
  })

/**
 * `essence models download`: choose, plan, download, show.
 * @throws USAGE, MODEL_UNKNOWN, and the first failure of a model once the others are done
 */
export const runDownload = async (request: DownloadRequest): Promise<unknown> => {
  const {settings, all, models = [], kind, allow = [], force, update, wait, dryRun, log} = request
  const profile = await chooseProfile(settings.MODEL_PROFILE)
  const wanted = chooseModels({models, all, kind, allow, profile: profile.name})
  const store = modelStore(settings)
  const hub = hubFrom(settings)
  if (all || kind) log(`profile ${profile.name} (${profile.reason})`)
  const work = async (signal: AbortSignal): Promise<unknown> => {
    const plan = await planDownload(wanted, {store, hub, update, force, signal, ...request.transfer})
    if (dryRun) {
      for (const line of planLines(plan)) log(line)
      return {profile: profile.name, models: plan.map(dryRunData)}
    }
    const view = openView(request.show, process.stderr)
    const result = await downloadModels(plan, {
      ...{store, hub, force, wait, signal, onEvent: view.onEvent},
      ...request.transfer,
    }).finally(view.close)
    const report = {profile: profile.name, ...reportOf(result)}
    request.onReport(report)
    const fetched = result.done.filter(({files}) => files.some(file => file.fetched)).length
    if (result.done.length > 0) {
      log(`Installed in ${store.root}: ${result.done.map(({id}) => id).join(', ')}; ${fetched} newly downloaded.`)
    }
    const [first] = result.failed
    if (first) throw failureOf(first, result)
    return report
  }
  // Idle connections would keep the process for seconds.
  return withCancel(work).finally(() => hub?.dispatcher.destroy())
}

const dryRunData = ({wanted, commit, files}: PlannedModel) => ({
  id: wanted.id,
  repo: wanted.repo,
  commit,
  files: files.map(({path, size, state}) => ({path, size, state})),
})

/** The first failure, told with how many there were; what the others say stands in the report. */
const failureOf = ({id, error}: {id: string; error: unknown}, {done, failed}: DownloadResult): unknown => {
  if (!isEssenceError(error)) return error
  const others = failed.slice(1).map(each => each.id)
  return new EssenceError(error.code, `${id}: ${error.message}`, {
    cause: error.cause,
    suggestions: [
      ...error.suggestions,
      ...(others.length > 0 ? [`These failed too: ${others.join(', ')}.`] : []),
      ...(done.length > 0 ? [`${done.length} of ${done.length + failed.length} models are installed.`] : []),
    ],
  })
}
