import {cpSync} from 'node:fs'
import {join} from 'node:path'
import {Secret} from '@essence/core/kit/secret'
import type {EncryptionKeys} from '@essence/core/store/encryption/cipher'
import {openStore} from '@essence/core/store/open'
import type {Store} from '@essence/core/store/store'
import {temporaryFolder} from '../temporary-folder.ts'
import {noPostgres, type PostgresServer, startPostgres} from './postgres-server.ts'

/** A kind of database a suite is run on. */
export interface StoreKind {
  name: string
  /** What it is opened with, where it is encrypted. */
  keys?: EncryptionKeys | undefined
  /** Ends the title of a suite that cannot run; empty where it can. */
  missing: string
  /** A new, empty database; `reopen` of what it returns is the same one, opened again; `folder`: where its files lie. */
  create(
    keys?: EncryptionKeys,
  ): Promise<{store: Store; reopen: (keys?: EncryptionKeys) => Promise<Store>; folder: () => Promise<string>}>
  /** After the last test. */
  stop(): Promise<void>
}

/** Both kinds of database, and one that is encrypted: what runs on stored texts runs on each. */
export const storeKindsAndEncrypted = (): StoreKind[] => {
  const [pglite, postgres] = storeKinds() as [StoreKind, StoreKind]
  const keys = {current: new Secret('a key to test with, of some length')}
  return [pglite, postgres, {...pglite, name: 'PGlite, encrypted', keys, create: () => pglite.create(keys)}]
}

/** Both kinds of database: every suite on stored things runs on each. */
export const storeKinds = (): StoreKind[] => {
  let server: Promise<PostgresServer> | undefined
  let template: Promise<string> | undefined
  return [
    {
      name: 'PGlite',
      missing: '',
      async create(keys) {
        template ??= newDatabase()
        const dataDir = temporaryFolder()
        cpSync(await template, dataDir, {recursive: true})
        const open = (others = keys) => openStore({dataDir, keys: others})
        return {store: await open(), reopen: open, folder: async () => join(dataDir, 'database')}
      },
      stop: async () => {},
    },
    {
      name: 'PostgreSQL',
      missing: noPostgres,
      async create(keys) {
        server ??= startPostgres()
        const url = await (await server).database()
        const open = (others = keys) => openStore({dataDir: '', url, connections: 4, keys: others})
        return {store: await open(), reopen: open, folder: async () => (await server)?.folder ?? ''}
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
