import type {SharedOptions} from '@essence/core/store/shared/open'
import type {SharedDatabase} from '@essence/core/store/shared/shared'
import {temporaryFolder} from '../temporary-folder.ts'
import {noPostgres, type PostgresServer, startPostgres} from './postgres-server.ts'

/** A kind of place that processes share: what is kept there is tested on each. */
export interface SharedKind<Place> {
  name: string
  /** Ends the title of a suite that cannot run; empty where it can. */
  missing: string
  /** A new, empty one. */
  prepare(): Promise<Place>
  /** After the last test. */
  stop(): Promise<void>
}

/** Both databases, by where a new one is to be. */
export const sharedKinds = (): SharedKind<SharedOptions>[] => {
  let server: Promise<PostgresServer> | undefined
  return [
    {name: 'SQLite', missing: '', prepare: async () => ({dataDir: temporaryFolder()}), stop: async () => {}},
    {
      name: 'PostgreSQL',
      missing: noPostgres,
      async prepare() {
        server ??= startPostgres()
        return {dataDir: temporaryFolder(), url: await (await server).database()}
      },
      stop: async () => (await server)?.stop(),
    },
  ]
}

/** A connection of its own, as another process has one: `openShared` gives those of one process the same. */
export const openApart = async ({dataDir, url}: SharedOptions): Promise<SharedDatabase> => {
  const {openSharedPostgres} = await import('@essence/core/store/shared/postgres')
  const {openSharedSqlite} = await import('@essence/core/store/shared/sqlite')
  return url ? openSharedPostgres({url}) : openSharedSqlite(`${dataDir}/channels.sqlite`)
}
