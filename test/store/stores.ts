import {cpSync} from 'node:fs'
import type {Secret} from '@essence/core/kit/secret'
import {openStore} from '@essence/core/store/open'
import type {Store} from '@essence/core/store/store'
import {temporaryFolder} from '../temporary-folder.ts'
import {noPostgres, type PostgresServer, startPostgres} from './postgres-server.ts'

/** A kind of database a suite is run on. */
export interface StoreKind {
  name: string
  /** Ends the title of a suite that cannot run; empty where it can. */
  missing: string
  /** Makes a new, empty database: the embedded one of a folder, or the one at the address it returns. */
  prepare(dataDir: string): Promise<{url?: Secret}>
  /** The same, opened; `reopen` of what it returns is the same one, opened again. */
  create(): Promise<{store: Store; reopen: () => Promise<Store>}>
  /** After the last test. */
  stop(): Promise<void>
}

/** Both kinds of database: every suite on stored things runs on each. */
export const storeKinds = (): StoreKind[] => {
  let server: Promise<PostgresServer> | undefined
  let template: Promise<string> | undefined
  return [
    openable({
      name: 'PGlite',
      missing: '',
      async prepare(dataDir) {
        template ??= newDatabase()
        cpSync(await template, dataDir, {recursive: true})
        return {}
      },
      stop: async () => {},
    }),
    openable({
      name: 'PostgreSQL',
      missing: noPostgres,
      async prepare() {
        server ??= startPostgres()
        return {url: await (await server).database()}
      },
      stop: async () => (await server)?.stop(),
    }),
  ]
}

const openable = (kind: Omit<StoreKind, 'create'>): StoreKind => ({
  ...kind,
  async create() {
    const dataDir = temporaryFolder()
    const {url} = await kind.prepare(dataDir)
    const reopen = () => openStore({dataDir, url, connections: 4})
    return {store: await reopen(), reopen}
  },
})

/** An empty one with our schema: to make it takes seconds, to copy it none. */
const newDatabase = async (): Promise<string> => {
  const dataDir = temporaryFolder()
  await (await openStore({dataDir})).close()
  return dataDir
}
