import {createHash} from 'node:crypto'
import {readdirSync, readFileSync} from 'node:fs'
import {findPackageJSON} from 'node:module'
import {join} from 'node:path'
import {migrationsFolder} from '../migrations-folder.ts'

/** Where the build leaves the packed blank database: an empty one, its schema up to date. */
export const blankFolder = join(migrationsFolder, '../../dist/store/blank-database')

export const packedName = 'database.tar.br'

/** Beside it: what made it, and its digest. */
export const aboutName = 'database.json'

const sha256 = (parts: readonly (string | Buffer)[]): string => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}

const versionOf = (name: string): string =>
  JSON.parse(readFileSync(findPackageJSON(name, import.meta.url) ?? '', 'utf8')).version

const migrationFiles = (): string[] =>
  [...readdirSync(migrationsFolder).filter(name => name.endsWith('.sql')), 'meta/_journal.json'].toSorted()

/** What is to stand beside a packed blank database that this June's PGlite, pgvector and migrations make. */
export const aboutPacked = (packed: Buffer): string => {
  const about = {
    pglite: versionOf('@electric-sql/pglite'),
    pgvector: versionOf('@electric-sql/pglite-pgvector'),
    migrations: sha256(migrationFiles().map(name => readFileSync(join(migrationsFolder, name)))),
    sha256: sha256([packed]),
  }
  return `${JSON.stringify(about, null, 2)}\n`
}

/** The packed blank database of a folder; none where it is missing, damaged, or others made it than would today. */
export const readPacked = (folder: string): Buffer | undefined => {
  try {
    const packed = readFileSync(join(folder, packedName))
    return readFileSync(join(folder, aboutName), 'utf8') === aboutPacked(packed) ? packed : undefined
  } catch {
    return undefined
  }
}
