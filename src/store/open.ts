import {join} from 'node:path'
import type {Secret} from '../kit/secret.ts'
import {type EncryptionKeys, newCipher} from './encryption/cipher.ts'
import {checkKeys} from './key-check.ts'
import type {OpenedDatabase, Store} from './store.ts'

export interface StoreOptions {
  /** JUNE_DATA_DIR: the embedded database lies in `database` there. */
  dataDir: string
  /** POSTGRES_URL: takes the place of the embedded one. */
  url?: Secret | undefined
  /** Connections to it. */
  connections?: number | undefined
  /** Encrypts what people said. Default: nothing does. */
  keys?: EncryptionKeys | undefined
  signal?: AbortSignal | undefined
}

/**
 * Opens the database the settings name, its schema up to date.
 * @throws LOCKED (another process has the embedded one), STORE_UNAVAILABLE, DATA_DIR_UNWRITABLE, CANCELLED, and what `checkKeys` throws
 */
export const openStore = async ({keys, ...options}: StoreOptions): Promise<Store> => {
  const cipher = newCipher(keys)
  const opened = await openDatabase(options)
  try {
    await checkKeys(opened.db, cipher, opened.where)
    return {...opened, cipher}
  } catch (error) {
    await opened.close()
    throw error
  }
}

/** The same for what is never sealed, whatever the keys of the rest. @throws as `openStore`, without what `checkKeys` throws */
export const openDatabase = async (options: Omit<StoreOptions, 'keys'>): Promise<OpenedDatabase> => {
  const {dataDir, url, connections, signal} = options
  if (url) return (await import('./postgres.ts')).openPostgres({url, connections, signal})
  return (await import('./pglite.ts')).openPglite(join(dataDir, 'database'), {signal})
}
