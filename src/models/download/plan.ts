import {EssenceError} from '../../kit/errors.ts'
import {findInstalled} from '../cache/installed.ts'
import {type LockedModel, readLockFile} from '../cache/lock-file.ts'
import type {ModelStore} from '../cache/store.ts'
import {type RemoteSnapshot, readSnapshot} from '../hub/hub.ts'
import type {HubAccess} from '../hub/hub-request.ts'
import type {HubRetryOptions} from '../hub/hub-retry.ts'
import {localSnapshot} from './local-snapshot.ts'
import {type PlannedFile, type PlannedModel, planModel, type Wanted} from './plan-model.ts'

export interface PlanOptions extends HubRetryOptions {
  store: ModelStore
  /** Absent: only what is on this machine counts (HF_HUB_OFFLINE). */
  hub: HubAccess | undefined
  /** Take what the revision means today instead of what the lock says. */
  update?: boolean
  /** Fetch also what is here. */
  force?: boolean
  signal?: AbortSignal | undefined
}

/** A repository nobody listed: all its files are wanted. The id says where it is from. */
export const allowedModel = (repo: string, revision: string): Wanted => ({
  id: `${repo}@${revision}`,
  repo,
  revision,
  files: [],
})

/**
 * Finds out what is to be done for each model: asks the hub for commit and digests unless the model is here already.
 * @throws MODEL_MISSING offline; REMOTE_REFUSED for files the repository lacks; DIGEST_MISMATCH when the hub has
 * another content for the commit in the lock; what `readSnapshot` throws
 */
export const planDownload = async (wanted: readonly Wanted[], options: PlanOptions): Promise<PlannedModel[]> => {
  const {store, update = false, force = false} = options
  const locks = await readLockFile(store.lockFile)
  const asked = new Map<string, Promise<RemoteSnapshot>>()
  const plan: PlannedModel[] = []
  for (const model of wanted) {
    const lock = update ? undefined : locks[model.id]
    const installed = force || update ? undefined : await findInstalled(withFilesOf(model, lock), store.root, lock)
    if (installed && installed.files.length > 0) {
      plan.push({wanted: model, commit: installed.commit, files: installed.files.map(asPresent)})
      continue
    }
    const revision = lock?.commit ?? model.revision
    const key = `${model.repo}@${revision}`
    const snapshot = asked.get(key) ?? ask(model, revision, options)
    asked.set(key, snapshot)
    plan.push(await planModel(model, await snapshot, lock, options))
  }
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

const ask = async (model: Wanted, revision: string, {hub, store, signal, ...retry}: PlanOptions) => {
  if (hub) return readSnapshot(hub, model.repo, revision, {...retry, signal})
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
