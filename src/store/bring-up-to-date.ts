import type {PgliteDatabase} from 'drizzle-orm/pglite'
import {migrate} from 'drizzle-orm/pglite/migrator'
import {migrationsFolder} from './migrations-folder.ts'
import type * as schema from './schema.ts'

/** Gives an embedded database the schema of this version, whatever it had. */
export const bringUpToDate = async (db: PgliteDatabase<typeof schema>): Promise<void> => {
  await db.execute('create extension if not exists vector')
  await migrate(db, {migrationsFolder})
}
