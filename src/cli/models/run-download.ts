import type {Settings} from '../../config/schema.ts'
import {withCancel} from '../../kit/cancel.ts'
import {modelStore} from '../../models/cache/store.ts'
import type {ModelKind} from '../../models/catalogue/entry.ts'
import {chooseModels, chooseProfile} from '../../models/download/choose.ts'
import {downloadModels} from '../../models/download/download.ts'
import type {DownloadOptions} from '../../models/download/download-options.ts'
import type {Outcomes} from '../../models/download/each-model.ts'
import {estimateDownload} from '../../models/download/estimate.ts'
import {planDownload} from '../../models/download/plan.ts'
import {hubFrom} from '../../models/hub/hub-settings.ts'
import {resultColumns} from '../table.ts'
import {failureOf, resultData, resultLines} from './download-result.ts'
import {openView, type ViewKind} from './download-view/open-view.ts'
import {dryRunData, dryRunLines, dryRunOf} from './dry-run.ts'
import {measureInstalled, voiceData, voiceLine} from './voice-lines.ts'

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

/** After Ctrl-C what arrived is still written to the disk, which may be slow. */
const tidyMs = 10_000

/**
 * `essence models download`: choose, plan, download, show.
 * @throws USAGE, MODEL_UNKNOWN, and the first failure of a model once the others are done
 */
export const runDownload = async (request: DownloadRequest): Promise<unknown> => {
  const {settings, all, models = [], kind, allow = [], force, update, wait, dryRun, log} = request
  const profile = await chooseProfile(settings)
  const wanted = chooseModels({models, all, kind, allow, profile: profile.name})
  const store = modelStore(settings)
  const hub = hubFrom(settings)
  if (all || kind) log(`profile ${profile.name} (${profile.reason})`)
  const work = async (signal: AbortSignal): Promise<unknown> => {
    const view = openView(request.show, process.stderr)
    const shared = {store, hub, force, wait, signal, onEvent: view.onEvent, ...request.transfer}
    const options = {...shared, update}
    if (dryRun) {
      const outcomes = await estimateDownload(wanted, options).finally(view.close)
      const found = await dryRunOf(outcomes, store.root)
      return end(outcomes, 'found', dryRunData(found), dryRunLines(found, resultColumns()))
    }
    const plan = planDownload(wanted, options)
    const result = await plan.then(plan => downloadModels(plan, shared)).finally(view.close)
    const ids = result.done.map(({id}) => id)
    const voices = await measureInstalled(settings, ids, signal)
    return end(result, 'installed', {...resultData(result), voices: voices.map(voiceData)}, [
      ...resultLines(result, store.root),
      ...voices.map(voiceLine),
    ])
  }
  const end = (outcomes: Outcomes<unknown>, goal: 'installed' | 'found', data: object, lines: string[]): unknown => {
    const report = {profile: profile.name, ...data}
    request.onReport(report)
    for (const line of lines) log(line)
    if (outcomes.done.length < wanted.length) throw failureOf(outcomes, goal)
    return report
  }
  // Idle connections would keep the process for seconds.
  return withCancel(work, undefined, tidyMs).finally(() => hub?.dispatcher.destroy())
}
