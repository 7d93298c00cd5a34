import {EssenceError, throwIfCancelled} from '../../kit/errors.ts'
import {findInstalled} from '../cache/installed.ts'
import {type LockedModel, readLockFile} from '../cache/lock-file.ts'
import type {ModelStore} from '../cache/store.ts'
import {type RemoteSnapshot, readSnapshot} from '../hub/hub.ts'
import type {HubAccess} from '../hub/hub-request.ts'
import type {HubPause, HubRetryOptions} from '../hub/hub-retry.ts'
import type {DownloadEvent} from './download-event.ts'
import {eachModel, meetsEveryModel, type Outcomes} from './each-model.ts'
import {localSnapshot} from './local-snapshot.ts'
import {type PlannedFile, type PlannedModel, planModel, type Wanted} from './plan-model.ts'

export interface PlanOptions extends Omit<HubRetryOptions, 'onPause'> {
  store: ModelStore
  /** Absent: only what is on this machine counts (HF_HUB_OFFLINE). */
  hub: HubAccess | undefined
  /** Take what the revision means today instead of what the lock says. */
  update?: boolean
  /** Fetch also what is here. */
  force?: boolean
  onEvent?: ((event: DownloadEvent) => void) | undefined
  signal?: AbortSignal | undefined
}

/** A repository nobody listed: all its files are wanted. The id says where it is from. */
export const allowedModel = (repo: string, revision: string): Wanted => ({
  id: `${repo}@${revision}`,
  repo,
  revision,
  files: [],
})

/** What is to be done, and the models of which that could not be found out. */
export type DownloadPlan = Outcomes<PlannedModel>

/** Repositories asked for at once. */
const listingsAtOnce = 4

/**
 * Finds out what is to be done for each model: asks the hub for commit and digests unless the model is here already. Of a
 * model that fails the error is in the plan: MODEL_MISSING offline; REMOTE_REFUSED for files the repository lacks;
 * DIGEST_MISMATCH when the hub has another content for the commit in the lock; what `readSnapshot` throws.
 * @throws TOKEN_REJECTED; CANCELLED; MODEL_INVALID for a damaged lock file
 */
export const planDownload = async (wanted: readonly Wanted[], options: PlanOptions): Promise<DownloadPlan> => {
  const {store, update = false, force = false, onEvent, signal} = options
  const locks = await readLockFile(store.lockFile)
  const asked = new Map<string, Promise<RemoteSnapshot>>()
  const planOne = async (model: Wanted, both: AbortSignal): Promise<PlannedModel> => {
    const lock = update ? undefined : locks[model.id]
    const installed = force || update ? undefined : await findInstalled(withFilesOf(model, lock), store.root, lock)
    if (installed && installed.files.length > 0)
      return {wanted: model, commit: installed.commit, files: installed.files.map(asPresent)}
    const revision = lock?.commit ?? model.revision
    const key = `${model.repo}@${revision}`
    const snapshot = asked.get(key) ?? ask(model, revision, {...options, signal: both})
    asked.set(key, snapshot)
    return planModel(model, await snapshot, lock, options)
  }
  const plan = await eachModel(wanted, ({id}) => id, planOne, {limit: listingsAtOnce, onEvent, signal})
  throwIfCancelled(signal)
  const everyones = plan.failed.find(({error}) => meetsEveryModel(error))
  if (everyones) throw everyones.error
  return plan
}

/** An allowed repository has no list of files before the hub was asked, but its lock does. */
const withFilesOf = (model: Wanted, lock: LockedModel | undefined): Wanted =>
  model.files.length > 0 || !lock ? model : {...model, files: lock.files.map(({path, size}) => ({path, bytes: size}))}

const asPresent = (file: {path: string; size: number; sha256: string; blobLocation: string}): PlannedFile => ({
  path: file.path,
  size: file.size,
  digest: {algorithm: 'sha256', hex: file.sha256},
  blob: file.blobLocation,
  state: 'present',
})

const ask = async (model: Wanted, revision: string, {hub, store, onEvent, ...options}: PlanOptions) => {
  const onPause = (pause: HubPause): void => onEvent?.({event: 'paused', model: model.id, ...pause})
  if (hub) return readSnapshot(hub, model.repo, revision, {...options, onPause})
  const local = await localSnapshot([store.root, ...store.donors], model, revision)
  if (local) return local
  throw new EssenceError(
    'MODEL_MISSING',
    `${model.id} is not on this machine, and HF_HUB_OFFLINE forbids to fetch it.`,
    {
      suggestions: ['Unset HF_HUB_OFFLINE, or bring it from another machine: essence models import PATH'],
    },
  )
}
