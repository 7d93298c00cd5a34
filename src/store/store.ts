import type {PgDatabase, PgQueryResultHKT} from 'drizzle-orm/pg-core'
import type {Cipher} from './encryption/cipher.ts'
import type * as schema from './schema.ts'

/** The same for the embedded database and for PostgreSQL; also a transaction of one. */
export type Database = PgDatabase<PgQueryResultHKT, typeof schema>

/** Where June keeps what must outlive the process. */
export interface Store extends OpenedDatabase {
  /** Seals what people said, and opens it. */
  readonly cipher: Cipher
}

/** A database, its schema up to date. */
export interface OpenedDatabase {
  readonly db: Database
  readonly kind: 'pglite' | 'postgres'
  /** For people, without a password: its folder, or `host/database`. */
  readonly where: string
  /** @throws what the database says where it cannot be used */
  ping(): Promise<void>
  close(): Promise<void>
}
