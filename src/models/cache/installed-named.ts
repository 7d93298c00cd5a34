import {EssenceError} from '../../kit/errors.ts'
import {catalogue, entriesNamed} from '../catalogue/catalogue.ts'
import {downloadCommand} from '../catalogue/download-command.ts'
import {allowedName} from '../catalogue/entry.ts'
import {entryNamed, isClear} from '../catalogue/entry-named.ts'
import {findInstalled, type InstalledModel} from './installed.ts'
import {allowedEntry} from './inventory.ts'
import {type LockedModel, readLockFile} from './lock-file.ts'
import type {ModelStore} from './store.ts'

/**
 * The id of a downloaded model: by its id, an alias, or a part of the id that no other downloaded one has.
 * @throws USAGE where several have it; MODEL_MISSING where none has; MODEL_UNKNOWN where there is no such model
 */
export const lockedIdNamed = (name: string, locks: Record<string, LockedModel>): string => {
  if (name in locks) return name
  const exact = entriesNamed(name).find(({id}) => id in locks)
  if (exact) return exact.id
  const [id, ...others] = Object.keys(locks).filter(each => each.toLowerCase().includes(name.toLowerCase()))
  if (id === undefined) throw notInstalled(name)
  if (others.length === 0) return id
  throw new EssenceError('USAGE', `"${name}" may mean any of ${others.length + 1} models that are installed.`, {
    suggestions: [`Name one of them: ${[id, ...others].join(', ')}`],
  })
}

/**
 * A model that is whole on this machine, also one that another tool placed in the cache.
 * @throws as `lockedIdNamed`
 */
export const requireInstalled = async (name: string, store: ModelStore): Promise<InstalledModel> => {
  const locks = await readLockFile(store.lockFile)
  for (const entry of entriesNamed(name)) {
    const found = await findInstalled(entry, store.root, locks[entry.id])
    if (found) return found
  }
  const id = lockedIdNamed(name, locks)
  const lock = locks[id]
  const found = lock && (await findInstalled(allowedEntry(id, lock), store.root, lock))
  if (found) return found
  throw notInstalled(id)
}

const notInstalled = (name: string): EssenceError => {
  // Throws what is wrong with the name itself.
  if (!isClear(name) && !allowedName.test(name)) entryNamed(name)
  return new EssenceError('MODEL_MISSING', `${name} is not installed.`, {
    suggestions: [`Download it: ${downloadCommand([name])}`],
  })
}

/** The repository of a model that is installed. */
export const repoOf = async (id: string, store: ModelStore): Promise<string> =>
  (await readLockFile(store.lockFile))[id]?.repo ?? catalogue.find(entry => entry.id === id)?.repo ?? id
