import {drizzle} from 'drizzle-orm/node-postgres'
import {migrate} from 'drizzle-orm/node-postgres/migrator'
import {Client, Pool} from 'pg'
import {EssenceError, messageOf, throwIfCancelled} from '../kit/errors.ts'
import type {Secret} from '../kit/secret.ts'
import {migrationsFolder} from './migrations-folder.ts'
import * as schema from './schema.ts'
import type {OpenedDatabase} from './store.ts'

export interface PostgresOptions {
  url: Secret
  /** Connections kept at most. Default 20. */
  connections?: number | undefined
  signal?: AbortSignal | undefined
}

/** Of all processes that migrate this database: any number that is ours. */
const migrationLock = 7_585_863

const connectTimeoutMs = 5000

/**
 * A PostgreSQL database with pgvector 0.5 or newer, which any number of processes may use.
 * @throws STORE_UNAVAILABLE, CANCELLED
 */
export const openPostgres = async ({url, connections = 20, signal}: PostgresOptions): Promise<OpenedDatabase> => {
  throwIfCancelled(signal)
  const connectionString = url.reveal()
  const {hostname, pathname} = new URL(connectionString)
  const where = `${hostname}${pathname}`
  try {
    await prepare(connectionString)
  } catch (cause) {
    throw unavailable(where, cause)
  }
  const pool = new Pool({connectionString, max: connections, connectionTimeoutMillis: connectTimeoutMs})
  // A connection that breaks while nobody uses it: the next query takes another one.
  pool.on('error', () => {})
  // One that breaks while somebody holds it: whoever asks it next is told.
  pool.on('connect', client => client.on('error', () => {}))
  const db = drizzle({client: pool, schema})
  // Drizzle's own never gives back a connection on which `begin` failed.
  db.transaction = async (work, config) => {
    const client = await pool.connect()
    try {
      return await drizzle({client, schema}).transaction(work, config)
    } finally {
      client.release()
    }
  }
  return {
    db,
    kind: 'postgres',
    where,
    ping: async () => void (await db.execute('select 1')),
    close: () => pool.end(),
  }
}

/** Brings the schema up to date, while no other process does. */
const prepare = async (connectionString: string): Promise<void> => {
  const client = new Client({connectionString, connectionTimeoutMillis: connectTimeoutMs})
  client.on('error', () => {})
  await client.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [migrationLock])
    await client.query('create extension if not exists vector')
    await migrate(drizzle({client, schema}), {migrationsFolder})
  } finally {
    await client.end()
  }
}

const unavailable = (where: string, cause: unknown): EssenceError =>
  new EssenceError('STORE_UNAVAILABLE', `The database at ${where} cannot be used: ${messageOf(cause)}`, {
    suggestions: [
      'See that it runs, that POSTGRES_URL is right, and that pgvector is installed there.',
      'Or unset POSTGRES_URL: June then keeps everything in JUNE_DATA_DIR.',
    ],
    cause,
  })
