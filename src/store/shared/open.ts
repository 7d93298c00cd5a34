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

interface Opened {
  database: Promise<SharedDatabase>
  users: number
}

/** Those of this process: whoever opens one that is open shares it. */
const opened = new Map<string, Opened>()

/**
 * Opens the database that processes share, its tables up to date.
 * @throws STORE_UNAVAILABLE, DISK_FULL, DATA_DIR_UNWRITABLE
 */
export const openShared = async ({dataDir, url, connections}: SharedOptions): Promise<SharedDatabase> => {
  const path = join(dataDir, 'channels.sqlite')
  const key = url?.reveal() ?? path
  const open = async (): Promise<SharedDatabase> =>
    url
      ? (await import('./postgres.ts')).openSharedPostgres({url, connections})
      : (await import('./sqlite.ts')).openSharedSqlite(path)
  const entry = opened.get(key) ?? {database: open(), users: 0}
  opened.set(key, entry)
  entry.users++
  const leave = (): boolean => {
    if (--entry.users > 0) return false
    if (opened.get(key) === entry) opened.delete(key)
    return true
  }
  const database = await entry.database.catch(error => {
    leave()
    throw error
  })
  let isClosed = false
  return {
    ...database,
    async close() {
      if (isClosed) return
      isClosed = true
      if (leave()) await database.close()
    },
  }
}
