// A new embedded database is a blank one that the build made, or initdb's: nobody can tell which.
import {execFileSync} from 'node:child_process'
import {cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {aboutName, aboutPacked, blankFolder, packedName} from '@essence/core/store/blank/packed'
import {unpackBlank} from '@essence/core/store/blank/unpack'
import {openPglite} from '@essence/core/store/pglite'
import type {Database} from '@essence/core/store/store'
import {sql} from 'drizzle-orm'
import {beforeAll, describe, expect, it} from 'vitest'
import {root} from '../kit/run-essence.ts'
import {temporaryFolder} from '../temporary-folder.ts'

// As the build does; at once where it has.
beforeAll(() => void execFileSync(process.execPath, ['tools/write-blank-database.ts'], {cwd: root, stdio: 'inherit'}))

const damages: [what: string, damage: (folder: string) => void][] = [
  ['is missing', folder => rmSync(join(folder, packedName))],
  ['is cut short', folder => writeFileSync(join(folder, packedName), packed().subarray(0, -1))],
  ['is empty', folder => writeFileSync(join(folder, packedName), '')],
  ['has a bit that flipped', folder => writeFileSync(join(folder, packedName), flipped(packed()))],
  ['does not say what made it', folder => rmSync(join(folder, aboutName))],
  ['says nothing one can read', folder => writeFileSync(join(folder, aboutName), '{')],
  ...['pglite', 'pgvector', 'migrations'].map((name): [string, (folder: string) => void] => [
    `is of another version: ${name}`,
    folder =>
      writeFileSync(
        join(folder, aboutName),
        readFileSync(join(folder, aboutName), 'utf8').replace(new RegExp(`(?<=${name}": ").+(?=")`), '0.0.1'),
      ),
  ]),
]

const packed = (): Buffer => readFileSync(join(blankFolder, packedName))
const flipped = (bytes: Buffer): Buffer => {
  const middle = bytes.length >> 1
  bytes[middle] = (bytes[middle] ?? 0) ^ 1
  return bytes
}

const blank = (damage: (folder: string) => void = () => {}): string => {
  const folder = temporaryFolder()
  cpSync(blankFolder, folder, {recursive: true})
  damage(folder)
  return folder
}

describe('a blank database', () => {
  it.each(damages)('that %s is not used', (_, damage) => {
    const folder = join(temporaryFolder(), 'database')
    expect(unpackBlank(folder, blank(damage))).toBe(false)
    expect(existsSync(folder)).toBe(false)
  })

  it('says what made it, is whole, and was closed', () => {
    expect(readFileSync(join(blankFolder, aboutName), 'utf8')).toBe(aboutPacked(packed()))
    const folder = join(temporaryFolder(), 'database')
    expect(unpackBlank(folder, blank())).toBe(true)
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(['PG_VERSION', 'base', 'global', 'pg_wal']))
    expect(readdirSync(folder)).not.toContain('postmaster.pid')
  })

  it('is to June as one that initdb made, whose place it takes', async () => {
    const unpacked = await open(blank())
    const made = await open(blank(damages[3]?.[1]))
    const one = await describeAll(unpacked)
    expect(one).toEqual(await describeAll(made))
    expect(one.settings).toEqual(
      expect.arrayContaining([
        {name: 'server_encoding', setting: 'UTF8'},
        {name: 'TimeZone', setting: 'UTC'},
      ]),
    )
    expect(await identify(made)).not.toEqual(await identify(unpacked))
    for (const database of [unpacked, made]) await database.close()
    // initdb takes its time on a busy machine.
  }, 180_000)
})

const open = (from: string) => openPglite(join(temporaryFolder(), 'database'), {blank: from})
type Opened = Awaited<ReturnType<typeof open>>

const rowsOf = async (db: Database, query: string): Promise<unknown[]> =>
  ((await db.execute(sql.raw(query))) as unknown as {rows: unknown[]}).rows

const identify = ({db}: Opened): Promise<unknown[]> =>
  rowsOf(db, 'select system_identifier::text as id from pg_control_system()')

/** All that tells one database from another, but for what identifies it and when it was made. */
const describeAll = async ({db}: Opened) => ({
  // Of the library of pgvector there are settings once it is loaded.
  version: await rowsOf(
    db,
    `select version(), current_user, current_database(), '[1,2]'::vector <-> '[1,3]' as distance`,
  ),
  settings: await rowsOf(db, 'select name, setting from pg_settings order by name'),
  databases: await rowsOf(
    db,
    `select oid, datname, pg_encoding_to_char(encoding) as encoding, datlocprovider, datcollate, datctype, datlocale,
      datcollversion, datistemplate, datallowconn, datconnlimit, dattablespace, datacl::text, datdba from pg_database order by oid`,
  ),
  roles: await rowsOf(db, 'select * from pg_roles order by oid'),
  extensions: await rowsOf(db, 'select oid, extname, extversion, extrelocatable from pg_extension order by oid'),
  collations: await rowsOf(
    db,
    'select oid, collname, collprovider, collversion, collencoding from pg_collation order by oid',
  ),
  columns: await rowsOf(
    db,
    `select oid, relname, relkind, relpersistence, attnum, attname, atttypid::regtype::text, attnotnull from pg_class
      join pg_attribute on attrelid = oid where oid >= 16384 order by oid, attnum`,
  ),
  indexes: await rowsOf(db, 'select indexdef from pg_indexes order by indexdef'),
  constraints: await rowsOf(db, 'select conname, pg_get_constraintdef(oid) from pg_constraint order by conname, oid'),
  migrations: await rowsOf(db, 'select * from drizzle.__drizzle_migrations order by id'),
})
