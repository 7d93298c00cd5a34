import type {Machine} from '../../compute/machine.ts'
import {catalogue} from '../catalogue/catalogue.ts'
import {type ModelEntry, type ModelKind, type ProfileName, profileNames} from '../catalogue/entry.ts'
import {modelMemory} from '../catalogue/machine.ts'
import {findInstalled, type InstalledModel} from './installed.ts'
import {type LockedModel, readLockFile} from './lock-file.ts'
import type {ModelStore} from './store.ts'

export interface InventoryRow {
  entry: ModelEntry
  installed: InstalledModel | undefined
  /** Whether its engine's memory fits into this machine's. */
  fits: boolean
  /** Profiles whose `--all` installs it. */
  profiles: ProfileName[]
}

/** The catalogue, with what of it is here. */
export const takeInventory = async (store: ModelStore, machine: Machine, kind?: ModelKind): Promise<InventoryRow[]> => {
  const locks = await readLockFile(store.lockFile)
  const memory = modelMemory(machine)
  return Promise.all(
    catalogue
      .filter(entry => kind === undefined || entry.kind === kind)
      .map(async entry => ({
        entry,
        installed: await findInstalled(entry, store.root, locks[entry.id]),
        fits: entry.memoryBytes <= memory,
        profiles: profileNames.filter(name => entry.profiles.includes(name)),
      })),
  )
}

/** A model from outside the catalogue, as its lock remembers it. */
export const allowedEntry = (id: string, {repo, revision, files}: LockedModel) => ({
  id,
  repo,
  revision,
  files: files.map(({path, size}) => ({path, bytes: size})),
})

/** The models that are here, of the catalogue and allowed ones, by their locks. */
export const lockedModels = async (store: ModelStore): Promise<{model: InstalledModel; lock: LockedModel}[]> => {
  const locks = Object.entries(await readLockFile(store.lockFile))
  const found = await Promise.all(
    locks.map(async ([id, lock]) => ({model: await findInstalled(allowedEntry(id, lock), store.root, lock), lock})),
  )
  return found.flatMap(({model, lock}) => (model ? [{model, lock}] : []))
}
