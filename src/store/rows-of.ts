import type {SQL} from 'drizzle-orm'
import type {Database} from './store.ts'

/** What a query of SQL text gives. @param T its columns, which nothing checks */
export const rowsOf = async <T>(db: Database, query: SQL): Promise<T[]> =>
  ((await db.execute(query)) as unknown as {rows: T[]}).rows
