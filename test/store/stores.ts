import {createHash} from 'node:crypto'
import {cpSync, existsSync, globSync, readFileSync, renameSync, rmSync} from 'node:fs'
import {join} from 'node:path'
import {Secret} from '@essence/core/kit/secret'
import type {EncryptionKeys} from '@essence/core/store/encryption/cipher'
import {openStore} from '@essence/core/store/open'
import type {Store} from '@essence/core/store/store'
import {root} from '../kit/run-essence.ts'
import {temporaryFolder} from '../temporary-folder.ts'
import {noPostgres, type PostgresServer, startPostgres} from './postgres-server.ts'

/** A kind of database a suite is run on. */
export interface StoreKind {
  name: string
  /** Ends the title of a suite that cannot run; empty where it can. */
  missing: string
  /** Makes a new, empty database: the embedded one of a folder, or the one at the address it returns; `files`: where its files lie. */
  prepare(dataDir: string): Promise<{url?: Secret; files: string}>
  /** The same, opened; `reopen` of what it returns is the same one, opened again, with the same keys or others. */
  create(
    keys?: EncryptionKeys,
  ): Promise<{store: Store; reopen: (others?: EncryptionKeys) => Promise<Store>; files: string}>
  /** After the last test. */
  stop(): Promise<void>
}

/** Both kinds of database, and one that is encrypted: what keeps texts runs on each. */
export const storeKindsAndEncrypted = (): StoreKind[] => {
  const [pglite, postgres] = storeKinds() as [StoreKind, StoreKind]
  const current = new Secret('a key to test with, of some length')
  return [pglite, postgres, {...pglite, name: 'PGlite, encrypted', create: () => pglite.create({current})}]
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
        return {files: join(dataDir, 'database')}
      },
      stop: async () => {},
    }),
    openable({
      name: 'PostgreSQL',
      missing: noPostgres,
      async prepare() {
        server ??= startPostgres()
        const {database, folder} = await server
        return {url: await database(), files: folder}
      },
      stop: async () => (await server)?.stop(),
    }),
  ]
}

const openable = (kind: Omit<StoreKind, 'create'>): StoreKind => ({
  ...kind,
  async create(keys) {
    const dataDir = temporaryFolder()
    const {url, files} = await kind.prepare(dataDir)
    const reopen = (others = keys) => openStore({dataDir, url, connections: 4, keys: others})
    return {store: await reopen(), reopen, files}
  },
})

/** An empty one with our schema. To make it takes seconds, to copy it none: it is kept for all files of tests, until what makes it changes. */
const newDatabase = async (): Promise<string> => {
  const kept = join(root, '.essence', 'tests', `database-${makersDigest()}`)
  if (existsSync(kept)) return kept
  const dataDir = temporaryFolder()
  await (await openStore({dataDir})).close()
  const coming = `${kept}-${process.pid}`
  cpSync(dataDir, coming, {recursive: true})
  try {
    renameSync(coming, kept)
  } catch {
    // Another file of tests was quicker.
    rmSync(coming, {recursive: true, force: true})
  }
  return dataDir
}

/** Of all that a new database is made by. */
const makersDigest = (): string => {
  const hash = createHash('sha256')
  const store = join(root, 'src/store')
  for (const path of globSync('**/*.{ts,sql,json}', {cwd: store}).toSorted())
    hash.update(readFileSync(join(store, path)))
  hash.update(readFileSync(join(root, 'package-lock.json')))
  return hash.digest('hex').slice(0, 16)
}
