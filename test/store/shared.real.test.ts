// The database that processes share, in whatever way its disk, its server or its other users fail it.
import {spawn, spawnSync} from 'node:child_process'
import {once} from 'node:events'
import {mkdirSync, readFileSync, rmSync, statfsSync, statSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {inspect} from 'node:util'
import {Secret} from '@essence/core/kit/secret'
import {openShared} from '@essence/core/store/shared/open'
import type {SharedDatabase} from '@essence/core/store/shared/shared'
import {steps} from '@essence/core/store/shared/tables'
import {Client} from 'pg'
import {afterAll, describe, expect, it, onTestFinished, vi} from 'vitest'
import {openSmallDisk} from '../kit/files/small-disk.ts'
import {temporaryFolder} from '../temporary-folder.ts'
import {noPostgres, startPostgres} from './postgres-server.ts'
import {openApart, sharedKinds} from './shared-databases.ts'

const open = async (place: Parameters<typeof openApart>[0]): Promise<SharedDatabase> => {
  const db = await openApart(place)
  onTestFinished(() => db.close())
  return db
}

const add = (db: SharedDatabase, at: number, words = '') =>
  db.run('insert into turns (at, channel, times) values (?, ?, ?)', [at, 'test', words])

const kept = async (db: SharedDatabase): Promise<unknown[]> =>
  (await db.run('select at from turns order by ordinal')).map(({at}) => at)

describe.each(sharedKinds())('a shared database of $name $missing', ({missing, prepare, stop}) => {
  afterAll(stop)

  it.skipIf(missing)(
    'has its tables made once, by processes that all begin at once, and keeps what each writes',
    async () => {
      const place = await prepare()
      const child = async (): Promise<unknown> => {
        const args = [
          join(import.meta.dirname, 'children/write-shared.ts'),
          place.dataDir,
          '30',
          place.url?.reveal() ?? '',
        ]
        const process_ = spawn(process.execPath, ['--conditions=essence-source', ...args], {stdio: 'inherit'})
        return (await once(process_, 'exit'))[0]
      }
      expect(await Promise.all([child(), child(), child(), child()])).toEqual([0, 0, 0, 0])
      const db = await open(place)
      const rows = await db.run('select channel, count(*) as rows from turns group by channel')
      expect(rows.map(({rows}) => Number(rows))).toEqual([30, 30, 30, 30])
    },
  )

  it.skipIf(missing)('that is locked for longer than its patience says so, and goes on', async () => {
    const place = await prepare()
    const db = await open(place)
    await add(db, 1)
    const unlock = await lock(place)
    await expect(add(db, 2)).rejects.toMatchObject({code: 'STORE_UNAVAILABLE', retryable: true})
    await unlock()
    await add(db, 3)
    // It is not known whether what was refused is written later.
    expect((await kept(db)).filter(at => at !== 2)).toEqual([1, 3])
  })

  it.skipIf(missing)('runs several statements all, or none', async () => {
    const db = await open(await prepare())
    const insert = 'insert into turns (at, channel, times) values (?, ?, ?)'
    await db.all([
      [insert, [1, 'test', '']],
      [insert, [2, 'test', '']],
    ])
    const failing = db.all([
      [insert, [3, 'test', '']],
      [insert, [4, null, '']],
    ])
    await expect(failing).rejects.toMatchObject({code: 'STORE_UNAVAILABLE'})
    await add(db, 5)
    expect(await kept(db)).toEqual([1, 2, 5])
  })

  it.skipIf(missing)('of a newer version is left as it is', async () => {
    const place = await prepare()
    const db = await open(place)
    await add(db, 1)
    await db.run('update shared_version set version = 99')
    await expect(openApart(place)).rejects.toThrow(/newer version/)
    await expect(openApart(place)).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      suggestions: [expect.stringContaining('Start that version again')],
    })
    expect(await kept(db)).toEqual([1])
    expect(await db.run('select version from shared_version')).toEqual([{version: 99}])
  })

  it.skipIf(missing)('of an older version is brought up to date, with what it holds', async () => {
    const place = await prepare()
    const db = await open(place)
    const [{version} = {}] = await db.run('select version from shared_version')
    // As the first of them left it.
    const serial = place.url ? 'bigint generated always as identity primary key' : 'integer primary key autoincrement'
    const all = steps({serial})
    for (const [, table] of all.flatMap(step => [...step.matchAll(/create table (\w+)/g)]))
      await db.run(`drop table ${table}`)
    for (const step of all.slice(0, 7)) await db.run(step)
    await db.run('update shared_version set version = 7')
    await add(db, 1)
    const later = await open(place)
    // It is there.
    await later.run('drop index jobs_held')
    expect(await later.run('select version from shared_version')).toEqual([{version}])
    expect(await kept(later)).toEqual([1])
  })
})

/** Another process that keeps it to itself. @returns ends that */
const lock = async ({dataDir, url}: Parameters<typeof openApart>[0]): Promise<() => Promise<void>> => {
  if (!url) {
    const other = new DatabaseSync(join(dataDir, 'channels.sqlite'))
    other.exec('begin immediate')
    return async () => other.close()
  }
  const other = new Client({connectionString: url.reveal()})
  await other.connect()
  await other.query('begin; lock table turns')
  return () => other.end()
}

describe('a shared database in a file', () => {
  it('is read by its owner only, with all that belongs to it', async () => {
    const dataDir = temporaryFolder()
    // As an earlier version left it.
    writeFileSync(join(dataDir, 'channels.sqlite'), '', {mode: 0o644})
    const db = await open({dataDir})
    await add(db, 1)
    for (const end of ['', '-wal', '-shm']) {
      expect([end, statSync(join(dataDir, `channels.sqlite${end}`)).mode & 0o777]).toEqual([end, 0o600])
    }
  })

  it('that nothing may be written to says where', async () => {
    const dataDir = temporaryFolder()
    writeFileSync(join(dataDir, 'file'), '')
    mkdirSync(join(dataDir, 'folder/channels.sqlite'), {recursive: true})
    for (const folder of [join(dataDir, 'file'), join(dataDir, 'folder'), '/proc/june']) {
      const error = await openShared({dataDir: folder}).catch(error => error)
      expect(error).toMatchObject({code: 'DATA_DIR_UNWRITABLE', message: expect.stringContaining(folder)})
    }
  })

  it('that is none is left as it is', async () => {
    const dataDir = temporaryFolder()
    const path = join(dataDir, 'channels.sqlite')
    writeFileSync(path, 'something else, and of some length, which is no database at all'.repeat(20))
    const before = readFileSync(path)
    await expect(openShared({dataDir})).rejects.toMatchObject({code: 'STORE_UNAVAILABLE'})
    expect(readFileSync(path)).toEqual(before)
  })

  const disk = openSmallDisk(2)

  it.skipIf(!disk.mounted)(`on a full disk says so, and goes on once there is room${disk.whyNot}`, async () => {
    const dataDir = join(disk.folder, 'data')
    const ballast = join(disk.folder, 'ballast')
    const fill = (): void => {
      const {bavail, bsize} = statfsSync(disk.folder)
      writeFileSync(ballast, Buffer.alloc(bavail * bsize))
    }
    fill()
    await expect(openShared({dataDir})).rejects.toMatchObject({code: 'DISK_FULL'})
    rmSync(ballast)
    const db = await open({dataDir})
    await add(db, 1)
    fill()
    const long = 'x'.repeat(100_000)
    const error = await add(db, 2, long).catch(error => error)
    expect(error).toMatchObject({code: 'DISK_FULL', message: expect.stringContaining(dataDir)})
    expect(await kept(db)).toEqual([1])
    rmSync(ballast)
    await add(db, 3, long)
    expect(await kept(db)).toEqual([1, 3])
  })

  it.skipIf(!disk.mounted)(`on a disk that becomes read-only says so, and goes on${disk.whyNot}`, async () => {
    const dataDir = join(disk.folder, 'other')
    const remount = (how: string) => spawnSync('mount', ['-o', `remount,${how}`, disk.folder])
    await (await openApart({dataDir})).close()
    remount('ro')
    onTestFinished(() => void remount('rw'))
    await expect(openShared({dataDir})).rejects.toMatchObject({code: 'DATA_DIR_UNWRITABLE'})
    remount('rw')
    await add(await open({dataDir}), 1)
  })
})

describe(`a shared database of a server${noPostgres}`, () => {
  it.skipIf(noPostgres)('that ended without warning is there again once the server is', async () => {
    const server = await startPostgres()
    onTestFinished(() => server.stop())
    const place = {dataDir: '', url: await server.database()}
    const db = await openApart(place)
    await add(db, 1)
    await server.crash()
    await expect(add(db, 2)).rejects.toMatchObject({code: 'STORE_UNAVAILABLE', retryable: true})
    await expect(openApart(place)).rejects.toMatchObject({code: 'STORE_UNAVAILABLE'})
    await server.start()
    await add(db, 3)
    expect(await kept(db)).toEqual([1, 3])
    await db.close()
  })

  it.skipIf(noPostgres)('tells the time by its own clock, whatever that of the machine is set to', async () => {
    const server = await startPostgres()
    onTestFinished(() => server.stop())
    const db = await open({dataDir: '', url: await server.database()})
    const before = Date.now()
    vi.spyOn(Date, 'now').mockImplementation(() => before + 86_400_000)
    onTestFinished(() => void vi.restoreAllMocks())
    const now = await db.now?.()
    expect(now).toBeGreaterThan(before - 60_000)
    expect(now).toBeLessThan(before + 3_600_000)
  })

  it('that is not there is told without the password', async () => {
    const url = new Secret('postgresql://june:hunter2@127.0.0.1:1/june')
    const error = await openApart({dataDir: '', url}).catch(error => error)
    expect(error).toMatchObject({code: 'STORE_UNAVAILABLE', message: expect.stringContaining('127.0.0.1/june')})
    expect(inspect(error, {depth: 20, showHidden: true})).not.toContain('hunter2')
  })
})
