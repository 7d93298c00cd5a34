import {openShared} from '@essence/core/store/shared/open'
import type {SharedDatabase} from '@essence/core/store/shared/shared'
import {noPostgres, type PostgresServer, startPostgres} from '../../store/postgres-server.ts'
import {temporaryFolder} from '../../temporary-folder.ts'

/** A kind of database that processes share, for suites that run on both. */
export interface SharedKind {
  name: string
  /** Ends the title of a suite that cannot run; empty where it can. */
  missing: string
  /** A new, empty one; what is returned opens it, any number of times. */
  create(): Promise<() => Promise<SharedDatabase>>
  /** After the last test. */
  stop(): Promise<void>
}

export const sharedKinds = (): SharedKind[] => {
  let server: Promise<PostgresServer> | undefined
  return [
    {
      name: 'SQLite',
      missing: '',
      async create() {
        const dataDir = temporaryFolder()
        return () => openShared({dataDir})
      },
      stop: async () => {},
    },
    {
      name: 'PostgreSQL',
      missing: noPostgres,
      async create() {
        server ??= startPostgres()
        const url = await (await server).database()
        return () => openShared({dataDir: temporaryFolder(), url, connections: 2})
      },
      stop: async () => (await server)?.stop(),
    },
  ]
}
