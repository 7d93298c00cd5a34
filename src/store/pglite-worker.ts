// The worker thread of the embedded database: PostgreSQL in WebAssembly computes on the thread that calls it. Relative imports only.
import {PGlite, types} from '@electric-sql/pglite'
import {vector} from '@electric-sql/pglite-pgvector'
import {loadOnce} from '../kit/load-once.ts'
import {serveThread, threadData} from '../kit/process/thread.ts'
import type {PgliteCalls, PgliteData} from './pglite-calls.ts'

/** Drizzle reads these itself. 1115, 1182, 1185, 1187, 1231: lists of them, and of numerics. */
const asText = [types.TIMESTAMP, types.TIMESTAMPTZ, types.INTERVAL, types.DATE, 1115, 1182, 1185, 1187, 1231]
const parsers = Object.fromEntries(asText.map(type => [type, (value: string) => value]))

let opened: PGlite | undefined
const database = loadOnce(
  async () => (opened = await PGlite.create({dataDir: threadData<PgliteData>().folder, extensions: {vector}})),
)

serveThread<PgliteCalls>(
  {
    async unpackBlank({folder, from}) {
      const {unpackBlank} = await import('./blank/unpack.ts')
      return unpackBlank(folder, from)
    },
    async open() {
      await database()
      return undefined
    },
    async query({sql, params, rowMode = 'object'}) {
      const pg = await database()
      try {
        if (params === undefined) return {rows: (await pg.exec(sql)).at(-1)?.rows ?? []}
        return {rows: (await pg.query(sql, params, {rowMode, parsers})).rows}
      } catch (error) {
        if (!(error instanceof Error && 'code' in error)) throw error
        return {refused: {code: String(error.code), message: error.message}}
      }
    },
  },
  {close: async () => opened?.close()},
)
