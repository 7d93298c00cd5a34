import {readMarker, readRef, repoFolder} from '../cache/cache-layout.ts'
import {type LockedModel, readLockFile} from '../cache/lock-file.ts'
import {unfinishedFiles} from '../cache/unfinished.ts'
import type {Outcomes} from './each-model.ts'
import {type PlanOptions, planDownload} from './plan.ts'
import type {PlannedFile, PlannedModel, Wanted} from './plan-model.ts'

export interface EstimatedFile {
  path: string
  size: number
  state: PlannedFile['state']
  /** Bytes of it that need not be fetched. */
  here: number
  /** The size is the catalogue's: approximate. */
  isRounded: boolean
}

/** What a download of a model would be, as far as this machine knows. */
export interface Estimate {
  id: string
  repo: string
  files: EstimatedFile[]
}

/**
 * Says what a download would fetch, from what is here, the lock and the catalogue. The hub is asked only for what these
 * cannot tell: a repository outside the catalogue, and what is new (`update`).
 * @throws as `planDownload`
 */
export const estimateDownload = async (
  wanted: readonly Wanted[],
  options: PlanOptions,
): Promise<Outcomes<Estimate>> => {
  const {store, update = false} = options
  const locks = await readLockFile(store.lockFile)
  const needsHub = ({id, files}: Wanted): boolean => update || (files.length === 0 && !(id in locks))
  const asked = await planDownload(wanted.filter(needsHub), options)
  const known = wanted.filter(model => !needsHub(model))
  const local = await planDownload(known, {...options, hub: undefined, onEvent: undefined})
  const planned = new Map([...asked.done, ...local.done].map(plan => [plan.wanted.id, plan]))
  const failed = new Set(asked.failed.map(({id}) => id))
  const done = wanted.filter(({id}) => !failed.has(id))
  return {
    ...asked,
    done: await Promise.all(done.map(model => estimate(model, planned.get(model.id), locks[model.id], options))),
  }
}

const estimate = async (
  model: Wanted,
  plan: PlannedModel | undefined,
  lock: LockedModel | undefined,
  {store, force = false}: PlanOptions,
): Promise<Estimate> => {
  const {id, repo} = model
  const folder = repoFolder(store.root, repo)
  const begun = await unfinishedFiles(folder)
  const files = plan ? plan.files.map(ofPlan) : await withoutPlan(model, lock, folder, force)
  return {
    id,
    repo,
    files: files.map(file => {
      const part = file.state === 'fetch' ? begun.find(({name}) => name === file.path) : undefined
      return part?.size === undefined ? file : {...file, size: part.size, here: part.received, isRounded: false}
    }),
  }
}

const ofPlan = ({path, size, state}: PlannedFile): EstimatedFile => ({
  ...{path, size, state},
  here: state === 'fetch' ? 0 : size,
  isRounded: false,
})

/** Other models of the repository may have brought some of the files. */
const withoutPlan = async (
  {revision, files}: Wanted,
  lock: LockedModel | undefined,
  folder: string,
  force: boolean,
): Promise<EstimatedFile[]> => {
  const commit = lock?.commit ?? (await readRef(folder, revision))
  const verified = commit === undefined ? {} : await readMarker(folder, commit)
  const sizes = lock?.files ?? files.map(({path, bytes}) => ({path, size: bytes}))
  return sizes.map(({path, size}) => {
    const found = verified[path]
    if (found && !force) return {path, size: found.size, state: 'present', here: found.size, isRounded: false}
    return {path, size, state: 'fetch', here: 0, isRounded: lock === undefined}
  })
}
