import {Client, type ClientConfig, Pool, types as pgTypes} from 'pg'
import {EssenceError, isEssenceError, messageOf} from '../../kit/errors.ts'
import type {Secret} from '../../kit/secret.ts'
import type {SharedDatabase, Statement, Value} from './shared.ts'
import {steps, versionTable} from './tables.ts'

export interface SharedPostgresOptions {
  url: Secret
  /** Connections kept at most. Default 5. */
  connections?: number | undefined
}

/** Of all processes that make tables: any number that is ours and not that of `../postgres.ts`. */
const tablesLock = 7_585_864

const timeoutMs = 5000

/** Numbers are within 2^53: moments, counts. */
const types = {
  getTypeParser: (id: number, format: unknown) =>
    id === pgTypes.builtins.INT8 ? Number : pgTypes.getTypeParser(id, format as 'text'),
}

/** PostgreSQL, for processes of any number of machines. @throws STORE_UNAVAILABLE */
export const openSharedPostgres = async ({url, connections = 5}: SharedPostgresOptions): Promise<SharedDatabase> => {
  const connectionString = url.reveal()
  const {hostname, pathname} = new URL(connectionString)
  const where = `${hostname}${pathname}`
  const options = {connectionString, connectionTimeoutMillis: timeoutMs, query_timeout: timeoutMs, types}
  await makeTables(options, where).catch(cause => {
    throw isEssenceError(cause) ? cause : unavailable(where, cause)
  })
  const pool = new Pool({...options, max: connections})
  // A connection that breaks while nobody uses it: the next query takes another one.
  pool.on('error', () => {})
  pool.on('connect', client => client.on('error', () => {}))
  const run = async <Row>(sql: string, values: readonly Value[] = []): Promise<Row[]> => {
    try {
      const {rows} = await pool.query(numbered(sql), values.map(storable))
      return rows as Row[]
    } catch (cause) {
      throw unavailable(where, cause)
    }
  }
  return {
    kind: 'postgres',
    where,
    run,
    async now() {
      const [row] = await run<{ms: number}>('select (extract(epoch from clock_timestamp()) * 1000)::bigint as ms')
      return row?.ms ?? Date.now()
    },
    async all(list: readonly Statement[]) {
      const client = await pool.connect().catch(cause => {
        throw unavailable(where, cause)
      })
      let failure: Error | undefined
      try {
        await client.query('begin')
        for (const [sql, values] of list) await client.query(numbered(sql), values.map(storable))
        await client.query('commit')
      } catch (cause) {
        failure = unavailable(where, cause)
        throw failure
      } finally {
        // A connection that is thrown away takes back what it began.
        client.release(failure)
      }
    },
    close: () => pool.end(),
  }
}

const makeTables = async (options: ClientConfig, where: string): Promise<void> => {
  const client = new Client(options)
  client.on('error', () => {})
  await client.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [tablesLock])
    await client.query(versionTable)
    const {rows} = await client.query('select version from shared_version')
    const version = (rows[0] as {version: number} | undefined)?.version ?? 0
    const all = steps({serial: 'bigint generated always as identity primary key'})
    if (version > all.length) throw newer(where)
    await client.query('begin')
    for (const step of all.slice(version)) await client.query(step)
    await client.query('delete from shared_version')
    await client.query('insert into shared_version values ($1)', [all.length])
    await client.query('commit')
  } finally {
    await client.end()
  }
}

/** It keeps no NUL in a text, as what went wrong may quote one; JSON has another way to write it. */
const storable = (value: Value): Value => (typeof value === 'string' ? value.replaceAll('\0', '') : value)

/** `?` becomes `$1`, `$2`, … */
const numbered = (sql: string): string => {
  let n = 0
  return sql.replaceAll('?', () => `$${++n}`)
}

const newer = (where: string): EssenceError =>
  new EssenceError('STORE_UNAVAILABLE', `The database at ${where} was written by a newer version of Essence.`, {
    suggestions: ['Start that version again, or name another database in POSTGRES_URL.'],
  })

const unavailable = (where: string, cause: unknown): EssenceError =>
  new EssenceError('STORE_UNAVAILABLE', `The database at ${where} cannot be used: ${messageOf(cause)}`, {
    suggestions: ['See that it runs, and that POSTGRES_URL is right; nothing that was stored is lost.'],
    cause,
  })
