import {chmod, open} from 'node:fs/promises'
import {dirname} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {EssenceError, messageOf} from '../../kit/errors.ts'
import {fileError} from '../../kit/files/file-error.ts'
import {makeFolder} from '../../kit/files/make-folder.ts'
import type {SharedDatabase, Value} from './shared.ts'
import {steps, versionTable} from './tables.ts'
import {Together} from './together.ts'

/** ms to wait for another process that writes. */
const busyMs = 5000

const room = ['Free some space; what waits goes on by itself.']
const writable = ['Make it writable for this user, or point JUNE_DATA_DIR to another folder.']

/** Primary result codes: https://sqlite.org/rescode.html */
const full = 13
const refused = new Set([3, 8, 14, 23])

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
  const db = asStore(path, () => prepared(path))
  const together = new Together(db)
  return {
    kind: 'sqlite',
    where: path,
    async run<Row>(sql: string, values: readonly Value[] = [], {lasts = true} = {}) {
      try {
        return (await together.run({sql, values, lasts})) as Row[]
      } catch (error) {
        throw storeError(path, error)
      }
    },
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
  const db = new DatabaseSync(path, {timeout: busyMs})
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

/** @throws what SQLite says, as one of our errors */
const asStore = <T>(path: string, work: () => T): T => {
  try {
    return work()
  } catch (error) {
    throw storeError(path, error)
  }
}

const storeError = (path: string, error: unknown): unknown => {
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : undefined
  if (code === undefined) return error
  if (code === full) {
    return new EssenceError('DISK_FULL', `There is no room for ${path}.`, {suggestions: room, cause: error})
  }
  if (refused.has(code)) {
    return new EssenceError('DATA_DIR_UNWRITABLE', `${path} cannot be written: ${messageOf(error)}`, {
      suggestions: writable,
      cause: error,
    })
  }
  return new EssenceError('STORE_UNAVAILABLE', `${path} cannot be used: ${messageOf(error)}`, {cause: error})
}

const newer = (path: string): EssenceError =>
  new EssenceError('STORE_UNAVAILABLE', `${path} was written by a newer version of Essence.`, {
    suggestions: ['Start that version again, or move the file away: what waits in it is then not answered.'],
  })
