import type {PgDatabase, PgQueryResultHKT} from 'drizzle-orm/pg-core'
import type * as schema from './schema.ts'

/** The same for the embedded database and for PostgreSQL; also a transaction of one. */
export type Database = PgDatabase<PgQueryResultHKT, typeof schema>

/** Where June keeps what must outlive the process. */
export interface Store {
  readonly db: Database
  readonly kind: 'pglite' | 'postgres'
  /** For people, without a password: its folder, or `host/database`. */
  readonly where: string
  /** @throws what the database says where it cannot be used */
  ping(): Promise<void>
  close(): Promise<void>
}
