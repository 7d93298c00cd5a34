import {cpSync} from 'node:fs'
import {openStore} from '@essence/core/store/open'
import type {Store} from '@essence/core/store/store'
import {temporaryFolder} from '../temporary-folder.ts'
import {noPostgres, type PostgresServer, startPostgres} from './postgres-server.ts'

/** A kind of database a suite is run on. */
export interface StoreKind {
  name: string
  /** Ends the title of a suite that cannot run; empty where it can. */
  missing: string
  /** A new, empty database; `reopen` of what it returns is the same one, opened again. */
  create(): Promise<{store: Store; reopen: () => Promise<Store>}>
  /** After the last test. */
  stop(): Promise<void>
}

/** Both kinds of database: every suite on stored things runs on each. */
export const storeKinds = (): StoreKind[] => {
  let server: Promise<PostgresServer> | undefined
  let template: Promise<string> | undefined
  return [
    {
      name: 'PGlite',
      missing: '',
      async create() {
        template ??= newDatabase()
        const dataDir = temporaryFolder()
        cpSync(await template, dataDir, {recursive: true})
        const open = () => openStore({dataDir})
        return {store: await open(), reopen: open}
      },
      stop: async () => {},
    },
    {
      name: 'PostgreSQL',
      missing: noPostgres,
      async create() {
        server ??= startPostgres()
        const url = await (await server).database()
        const open = () => openStore({dataDir: '', url, connections: 4})
        return {store: await open(), reopen: open}
      },
      stop: async () => (await server)?.stop(),
    },
  ]
}

/** An empty one with our schema: to make it takes seconds, to copy it none. */
const newDatabase = async (): Promise<string> => {
  const dataDir = temporaryFolder()
  await (await openStore({dataDir})).close()
  return dataDir
}
