import {stat} from 'node:fs/promises'
import {join} from 'node:path'
import {EssenceError, isEssenceError} from '../kit/errors.ts'
import {retry} from '../kit/flow/retry.ts'
import {loadOnce} from '../kit/load-once.ts'
import type {Secret} from '../kit/secret.ts'
import type {OpenedDatabase} from '../store/store.ts'
import {tellHolder} from './holder.ts'
import type {Tables} from './tables/open.ts'

export interface KeptOptions {
  /** The embedded database lies in `database` there. */
  folder: string
  /** Of PostgreSQL, in its place. */
  url?: Secret | undefined
  connections?: number | undefined
  /** Where this process answers, told to others while it holds the embedded database. */
  address?: (() => string | undefined) | undefined
  /** ms to wait for another process to give the embedded database up. Default: LOCKED is thrown at once. */
  waitMs?: number | undefined
}

/**
 * The database of who may do what. Its libraries are loaded, and an embedded one is made, when something is first kept there: a June that is
 * used by the person at this machine alone has none.
 */
export const openKept = ({folder, url, connections, address, waitMs}: KeptOptions) => {
  let store: Promise<OpenedDatabase> | undefined

  const tables = loadOnce(async () => {
    const [{openDatabase}, {openTables}] = await Promise.all([import('../store/open.ts'), import('./tables/open.ts')])
    const open = () => openDatabase({dataDir: folder, url, connections})
    store = waitMs === undefined ? open() : waiting(open, waitMs)
    const opened = openTables(await store)
    if (!url) await tellHolder(folder, address?.())
    return opened
  })
  return {
    /** Opens it, and makes it where there is none. @throws as `openDatabase`, and is tried again at the next call */
    tables,
    /** Opens it where there is one. */
    async found(): Promise<Tables | undefined> {
      return url || (await exists(join(folder, 'database'))) ? tables() : undefined
    },
    async close(): Promise<void> {
      const opened = await store?.catch(() => undefined)
      if (opened && !url) await tellHolder(folder, undefined)
      await opened?.close()
    },
  }
}

export type Kept = ReturnType<typeof openKept>

/** A command holds the embedded database for a moment, a gateway as long as it runs. */
const waiting = (open: () => Promise<OpenedDatabase>, withinMs: number): Promise<OpenedDatabase> =>
  retry(open, {withinMs, pause: () => 200, retryable: isLocked}).catch(cause => {
    if (!isLocked(cause)) throw cause
    throw new EssenceError(
      'STORE_UNAVAILABLE',
      `Another process has the database of people and keys: ${cause.message}`,
      {
        suggestions: ['Stop it, or set POSTGRES_URL: several processes may use such a database at once.'],
        cause,
      },
    )
  })

const isLocked = (error: unknown): boolean => isEssenceError(error) && error.code === 'LOCKED'

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )
