import {join} from 'node:path'
import type {Secret} from '../kit/secret.ts'
import type {Store} from './store.ts'

export interface StoreOptions {
  /** JUNE_DATA_DIR: the embedded database lies in `database` there. */
  dataDir: string
  /** POSTGRES_URL: takes the place of the embedded one. */
  url?: Secret | undefined
  /** Connections to it. */
  connections?: number | undefined
  signal?: AbortSignal | undefined
}

/**
 * Opens the database the settings name, its schema up to date.
 * @throws LOCKED (another process has the embedded one), STORE_UNAVAILABLE, DATA_DIR_UNWRITABLE, CANCELLED
 */
export const openStore = async ({dataDir, url, connections, signal}: StoreOptions): Promise<Store> => {
  if (url) return (await import('./postgres.ts')).openPostgres({url, connections, signal})
  return (await import('./pglite.ts')).openPglite(join(dataDir, 'database'), signal)
}
