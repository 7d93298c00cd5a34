import {chmod, open} from 'node:fs/promises'
import {dirname} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {setTimeout as delay} from 'node:timers/promises'
import {EssenceError, messageOf} from '../../kit/errors.ts'
import {fileError} from '../../kit/files/file-error.ts'
import {makeFolder} from '../../kit/files/make-folder.ts'
import type {SharedDatabase, Statement, Value} from './shared.ts'
import {steps, versionTable} from './tables.ts'
import {Together} from './together.ts'

/** ms to wait for another process that writes. */
const patienceMs = 5000

/** ms between two looks, as SQLite itself has them; but while the driver waits, so does all else in the process. */
const pausesMs = [1, 2, 5, 10, 15, 20, 25]

const room = ['Free some space; what waits goes on by itself.']
const unlock = ['See which one holds it (a backup, an open sqlite3); nothing that was stored is lost.']
const writable = ['Make it writable for this user, or point JUNE_DATA_DIR to another folder.']

/** Primary result codes: https://sqlite.org/rescode.html */
const locked = new Set([5, 6])
const full = 13
const refused = new Set([3, 8, 14, 23])
const damaged = new Set([11, 26])

/**
 * SQLite, of Node.js: one file, a write-ahead log, each statement on the disk when it returns.
 * @throws STORE_UNAVAILABLE, DISK_FULL, DATA_DIR_UNWRITABLE
 */
export const openSharedSqlite = async (path: string): Promise<SharedDatabase> => {
  await makeFolder(dirname(path)).catch(error => {
    throw fileError(error, {what: path, code: 'DATA_DIR_UNWRITABLE', full: room, refused: writable, onlyWrote: true})
  })
  await onlyOurs(path).catch(error => {
    throw fileError(error, {what: path, code: 'DATA_DIR_UNWRITABLE', full: room, refused: writable, onlyWrote: true})
  })
  const db = await asStore(path, () => prepared(path))
  const together = new Together(db)
  return {
    kind: 'sqlite',
    where: path,
    run: async <Row>(sql: string, values: readonly Value[] = [], {lasts = true} = {}) =>
      (await asStore(path, () => together.run({sql, values, lasts}))) as Row[],
    all: (list: readonly Statement[]) => asStore(path, () => together.all(list)),
    async close() {
      together.flush()
      db.close()
    },
  }
}

/** What people write is read by nobody else; the log beside the file is made by SQLite with the same rights. */
const onlyOurs = async (path: string): Promise<void> => {
  await (await open(path, 'a', 0o600)).close()
  for (const file of [path, `${path}-wal`, `${path}-shm`]) await chmod(file, 0o600).catch(() => undefined)
}

const prepared = (path: string): DatabaseSync => {
  const db = new DatabaseSync(path, {timeout: 0})
  try {
    db.exec('pragma journal_mode = wal; pragma synchronous = full; begin immediate')
    db.exec(versionTable)
    const {version = 0} = (db.prepare('select version from shared_version').get() as {version?: number}) ?? {}
    const all = steps({serial: 'integer primary key autoincrement'})
    if (version > all.length) throw newer(path)
    for (const step of all.slice(version)) db.exec(step)
    db.exec(`delete from shared_version; insert into shared_version values (${all.length}); commit`)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/** Does it, again while another process keeps the file to itself. @throws what SQLite says, as one of our errors */
const asStore = async <T>(path: string, work: () => T | Promise<T>): Promise<T> => {
  const began = performance.now()
  for (let looks = 0; ; looks++) {
    try {
      return await work()
    } catch (error) {
      const isPatient = performance.now() - began < patienceMs
      if (!locked.has(codeOf(error) ?? 0) || !isPatient) throw storeError(path, error)
      await delay(pausesMs[looks] ?? 25)
    }
  }
}

const codeOf = (error: unknown): number | undefined =>
  error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : undefined

const storeError = (path: string, error: unknown): unknown => {
  const code = codeOf(error)
  if (code === undefined) return error
  const options = {cause: error}
  if (code === full)
    return new EssenceError('DISK_FULL', `There is no room for ${path}.`, {suggestions: room, ...options})
  if (refused.has(code)) {
    const message = `${path} cannot be written: ${messageOf(error)}`
    return new EssenceError('DATA_DIR_UNWRITABLE', message, {suggestions: writable, ...options})
  }
  if (locked.has(code)) {
    const message = `${path} is locked by another process for longer than ${patienceMs / 1000} s.`
    return new EssenceError('STORE_UNAVAILABLE', message, {suggestions: unlock, ...options})
  }
  const suggestions = damaged.has(code) ? [`Put a copy of it from a backup in its place, or ${moveAway}`] : []
  return new EssenceError('STORE_UNAVAILABLE', `${path} cannot be used: ${messageOf(error)}`, {suggestions, ...options})
}

const moveAway = 'move the file away: who was let in or blocked, and what waits to be answered, is then forgotten.'

const newer = (path: string): EssenceError =>
  new EssenceError('STORE_UNAVAILABLE', `${path} was written by a newer version of Essence.`, {
    suggestions: [`Start that version again, or ${moveAway}`],
  })
