import {access, chmod, readdir, rename, rm} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import type {PGlite} from '@electric-sql/pglite'
import {drizzle} from 'drizzle-orm/pglite'
import {EssenceError, isEssenceError, messageOf} from '../kit/errors.ts'
import {makeFolder} from '../kit/files/make-folder.ts'
import {takeLock} from '../kit/files/owner-lock.ts'
import {Semaphore} from '../kit/flow/semaphore.ts'
import {restartingThread} from '../kit/process/restarting-thread.ts'
import type {Thread} from '../kit/process/thread.ts'
import {bringUpToDate} from './bring-up-to-date.ts'
import type {PgliteCalls, PgliteQuery} from './pglite-calls.ts'
import * as schema from './schema.ts'
import type {OpenedDatabase} from './store.ts'

/** What the database refused, with its SQLSTATE. */
class DatabaseError extends Error {
  readonly code: string
  constructor({code, message}: {code: string; message: string}) {
    super(message)
    this.code = code
  }
}

export interface PgliteOptions {
  signal?: AbortSignal | undefined
  /** Where the packed blank database lies. Default: where the build leaves it. */
  blank?: string | undefined
}

/**
 * The embedded database of a folder, in a thread of its own: for one process at a time. A database that was killed in the middle of
 * anything has all that it had confirmed.
 * @throws LOCKED (another process has it), STORE_UNAVAILABLE, DATA_DIR_UNWRITABLE, CANCELLED
 */
export const openPglite = async (folder: string, {signal, blank}: PgliteOptions = {}): Promise<OpenedDatabase> => {
  await makeFolder(dirname(folder))
  const lock = await takeLock(`${folder}.lock`, {wait: false, note: 'a June that runs', signal}).catch(cause => {
    if (!isEssenceError(cause) || cause.code !== 'LOCKED') throw cause
    throw new EssenceError('LOCKED', cause.message, {
      suggestions: ['Stop it first, or set POSTGRES_URL: several processes may use such a database at once.'],
      cause,
    })
  })
  const thread = threadOf(folder)
  const close = async (): Promise<void> => {
    await thread.close()
    await lock.release()
  }
  try {
    await makeOnce(thread, folder, {signal, blank})
    // PGlite lets everybody read and write its files; nobody else comes to them.
    await chmod(folder, 0o700).catch(() => undefined)
    await thread.call('open', undefined, {signal})
    const db = drizzle({client: clientOf(thread), schema})
    await bringUpToDate(db)
    return {db, kind: 'pglite', where: folder, ping: async () => void (await db.execute('select 1')), close}
  } catch (cause) {
    await close()
    if (isEssenceError(cause) && cause.code !== 'ENGINE_FAILED') throw cause
    throw new EssenceError('STORE_UNAVAILABLE', `The database in ${folder} cannot be opened: ${messageOf(cause)}`, {
      suggestions: [
        'It stays as it is. If it is damaged, move it away and put a copy of it in its place.',
        'Without a copy, June begins anew once it is moved away.',
      ],
      cause,
    })
  }
}

const threadOf = (folder: string): Thread<PgliteCalls> =>
  restartingThread<PgliteCalls>('./pglite-worker', import.meta.url, {name: 'The embedded database', data: {folder}})

/**
 * Makes the database where there is none, of a blank one if it can: beside its place, and moved there when it is whole, so that one whose
 * making was killed is made anew. One that stands there is never made over.
 */
const makeOnce = async (thread: Thread<PgliteCalls>, folder: string, {signal, blank}: PgliteOptions): Promise<void> => {
  const found = await readdir(folder).catch(() => [])
  if (found.length > 0) return access(join(folder, 'PG_VERSION'))
  const draft = `${folder}.new`
  await rm(draft, {recursive: true, force: true})
  if (!(await thread.call('unpackBlank', {folder: draft, from: blank}, {signal}))) await initialise(draft, signal)
  await rename(draft, folder)
}

/** By PostgreSQL's own initdb: 3.5 s of processor time. */
const initialise = async (folder: string, signal: AbortSignal | undefined): Promise<void> => {
  const thread = threadOf(folder)
  try {
    await thread.call('open', undefined, {signal})
  } finally {
    await thread.close()
  }
}

/** What Drizzle needs of PGlite, whose methods it calls: queries one after the other, none of others within a transaction. */
const clientOf = (thread: Thread<PgliteCalls>): PGlite => {
  const line = new Semaphore(1)
  const ask = async (query: PgliteQuery): Promise<{rows: unknown[]}> => {
    const answer = await thread.call('query', query)
    if ('refused' in answer) throw new DatabaseError(answer.refused)
    return answer
  }
  const query = (sql: string, params: unknown[] = [], {rowMode}: Pick<PgliteQuery, 'rowMode'> = {}) =>
    ask({sql, params, rowMode})
  const transaction = <T>(work: (client: {query: typeof query}) => Promise<T>): Promise<T> =>
    line.run(async () => {
      await ask({sql: 'begin'})
      try {
        const result = await work({query})
        await ask({sql: 'commit'})
        return result
      } catch (error) {
        await ask({sql: 'rollback'}).catch(() => {})
        throw error
      }
    })
  const client = {
    query: (...asked: Parameters<typeof query>) => line.run(() => query(...asked)),
    transaction,
  }
  return client as unknown as PGlite
}
