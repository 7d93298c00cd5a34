import type {DatabaseSync, StatementSync} from 'node:sqlite'
// That of the module, which no test puts a clock of its own in the place of.
import {setImmediate} from 'node:timers'
import type {Statement, Value} from './shared.ts'

interface Asked {
  sql: string
  values: readonly Value[]
  /** It is on the disk when it returns. */
  lasts: boolean
}

type Waiting = Asked & {resolve: (rows: unknown[]) => void; reject: (error: unknown) => void}

/**
 * Runs statements in their order, and those of one moment in one transaction: the disk is waited for once. One that fails does so alone:
 * the others are then run by themselves.
 */
export class Together {
  readonly #db: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()
  #waiting: Waiting[] = []
  #lasts = true

  constructor(db: DatabaseSync) {
    this.#db = db
  }

  /** @throws what SQLite throws */
  run(asked: Asked): Promise<unknown[]> {
    if (this.#waiting.length === 0) setImmediate(() => this.flush())
    const {promise, resolve, reject} = Promise.withResolvers<unknown[]>()
    this.#waiting.push({...asked, resolve, reject})
    return promise
  }

  /** Runs several, all or none, once what waits has run. @throws what SQLite throws */
  all(list: readonly Statement[]): void {
    this.flush()
    this.#waitForDisk(true)
    this.#db.exec('begin immediate')
    try {
      for (const [sql, values] of list) this.#rows({sql, values})
      this.#db.exec('commit')
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('rollback')
      throw error
    }
  }

  /** Runs what waits, now. */
  flush(): void {
    const waiting = this.#waiting
    this.#waiting = []
    if (waiting.length === 0) return
    const writes = waiting.filter(({sql}) => !sql.startsWith('select'))
    let locked: unknown
    try {
      if (writes.length > 0) this.#waitForDisk(writes.some(({lasts}) => lasts))
      if (writes.length > 1) this.#db.exec('begin immediate')
    } catch (error) {
      locked = error
    }
    if (writes.length > 1 && !locked && this.#commit(waiting)) return
    for (const one of waiting) {
      try {
        // Each would wait as long for the same lock.
        if (locked && writes.includes(one)) throw locked
        one.resolve(this.#rows(one))
      } catch (error) {
        one.reject(error)
      }
    }
  }

  /** @returns false where one of them failed, and nothing was done */
  #commit(waiting: readonly Waiting[]): boolean {
    try {
      const results = waiting.map(one => this.#rows(one))
      this.#db.exec('commit')
      for (const [index, rows] of results.entries()) waiting[index]?.resolve(rows)
      return true
    } catch {
      if (this.#db.isTransaction) this.#db.exec('rollback')
      return false
    }
  }

  #rows({sql, values}: Pick<Asked, 'sql' | 'values'>): unknown[] {
    const statement = this.#statements.get(sql) ?? this.#db.prepare(sql)
    this.#statements.set(sql, statement)
    return statement.all(...values)
  }

  /** Whether what is written next waits for the disk; the log is in order either way. */
  #waitForDisk(lasts: boolean): void {
    if (lasts === this.#lasts) return
    this.#db.exec(`pragma synchronous = ${lasts ? 'full' : 'normal'}`)
    this.#lasts = lasts
  }
}
