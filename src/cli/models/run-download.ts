import type {Settings} from '../../config/schema.ts'
import {readableBytes} from '../../kit/byte-size.ts'
import {withCancel} from '../../kit/cancel.ts'
import {modelStore} from '../../models/cache/store.ts'
import type {ModelKind} from '../../models/catalogue/entry.ts'
import {chooseModels, chooseProfile} from '../../models/download/choose.ts'
import {type DownloadOptions, downloadModels} from '../../models/download/download.ts'
import {planDownload} from '../../models/download/plan.ts'
import type {PlannedModel} from '../../models/download/plan-model.ts'
import {hubFrom} from '../../models/hub/hub-settings.ts'
import {failureOf, resultData, resultLines} from './download-result.ts'
import {openView, type ViewKind} from './download-view/open-view.ts'

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

const planLines = (plan: readonly PlannedModel[]): string[] =>
  plan.map(({wanted, files}) => {
    const bytes = files.reduce((sum, {size}) => sum + size, 0)
    const here = files.every(({state}) => state !== 'fetch')
    return `${here ? '✓' : '↓'} ${wanted.id}  ${readableBytes(bytes)}${here ? '  is here' : ''}`
  })

/** After Ctrl-C what arrived is still written to the disk, which may be slow. */
const tidyMs = 10_000

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
    const view = openView(request.show, process.stderr)
    const shared = {store, hub, force, wait, signal, onEvent: view.onEvent, ...request.transfer}
    const plan = await planDownload(wanted, {...shared, update}).catch(error =>
      view.close().then(() => Promise.reject(error)),
    )
    if (dryRun) {
      await view.close()
      for (const line of planLines(plan.done)) log(line)
      return {profile: profile.name, models: plan.done.map(dryRunData)}
    }
    const result = await downloadModels(plan, shared).finally(view.close)
    const report = {profile: profile.name, ...resultData(result)}
    request.onReport(report)
    for (const line of resultLines(result, store.root)) log(line)
    if (result.done.length < wanted.length) throw failureOf(result)
    return report
  }
  // Idle connections would keep the process for seconds.
  return withCancel(work, undefined, tidyMs).finally(() => hub?.dispatcher.destroy())
}

const dryRunData = ({wanted, commit, files}: PlannedModel) => ({
  id: wanted.id,
  repo: wanted.repo,
  commit,
  files: files.map(({path, size, state}) => ({path, size, state})),
})
