import {join} from 'node:path'
import type {Secret} from '../../kit/secret.ts'
import type {SharedDatabase} from './shared.ts'

export interface SharedOptions {
  /** JUNE_DATA_DIR: without `url` the database is `channels.sqlite` there. */
  dataDir: string
  /** POSTGRES_URL: needed where processes of several machines share it. */
  url?: Secret | undefined
  /** Connections to it. */
  connections?: number | undefined
}

/**
 * Opens the database that processes share, its tables up to date.
 * @throws STORE_UNAVAILABLE, DISK_FULL, DATA_DIR_UNWRITABLE
 */
export const openShared = async ({dataDir, url, connections}: SharedOptions): Promise<SharedDatabase> => {
  if (url) return (await import('./postgres.ts')).openSharedPostgres({url, connections})
  return (await import('./sqlite.ts')).openSharedSqlite(join(dataDir, 'channels.sqlite'))
}
