// How much of what a person sends is answered: by all processes together, over restarts, and also where the database fails.
import {DatabaseSync} from 'node:sqlite'
import {openReceived} from '@essence/core/access/channel/received'
import {RateLimit} from '@essence/core/access/rate-limit'
import type {SharedDatabase} from '@essence/core/store/shared/shared'
import fc from 'fast-check'
import {afterAll, describe, expect, it, onTestFinished} from 'vitest'
import {openApart, sharedKinds} from '../../store/shared-databases.ts'

const minute = 60_000
const ada = {channel: 'telegram', id: '42'}
const limits = [
  {count: 2, windowMs: minute},
  {count: 3, windowMs: 60 * minute},
  {count: 5, windowMs: 1440 * minute},
] as const

describe.each(sharedKinds())('messages of a person, counted in $name $missing', ({missing, prepare, stop}) => {
  afterAll(stop)
  const test = it.skipIf(missing !== '')

  const open = async () => {
    const place = await prepare()
    const clock = {at: 1_800_000_000_000}
    const process = async (watch: (db: SharedDatabase) => SharedDatabase = db => db) => {
      const db = await openApart(place)
      onTestFinished(() => db.close())
      return openReceived(watch(db), () => clock.at)
    }
    return {process, clock}
  }

  test('are within each window, as if one process had counted in memory', async () => {
    const {process, clock} = await open()
    const processes = [await process(), await process()]
    const steps = fc.array(fc.record({afterMs: fc.nat(40 * minute), which: fc.nat(1)}), {minLength: 1, maxLength: 30})
    let person = 0
    await fc.assert(
      fc.asyncProperty(steps, async steps => {
        const id = `p${person++}`
        const memory = new RateLimit(limits as never, () => clock.at)
        for (const {afterMs, which} of steps) {
          clock.at += afterMs
          const {ok, ...rest} = memory.take(id)
          expect(await processes[which]?.take({channel: 'telegram', id}, limits)).toEqual(
            ok ? {ok} : {ok, retryAfterMs: 'retryAfterMs' in rest && rest.retryAfterMs},
          )
        }
      }),
      {numRuns: 15},
    )
  })

  test('are counted once where processes count at the same moment, and a restart forgets none', async () => {
    const {process, clock} = await open()
    const processes = await Promise.all([process(), process(), process()])
    const verdicts = await Promise.all(processes.flatMap(one => [1, 2, 3].map(() => one.take(ada, limits))))
    expect(verdicts.filter(({ok}) => ok)).toHaveLength(2)
    const started = await process()
    expect(await started.take(ada, limits)).toEqual({ok: false, retryAfterMs: minute})
    expect((await started.take({...ada, id: '43'}, limits)).ok).toBe(true)
    clock.at += minute
    expect((await started.take(ada, limits)).ok).toBe(true)
  })

  test('cost one statement each, a flood none; what counts no more is removed', async () => {
    const {process, clock} = await open()
    let statements: string[] = []
    let shared: SharedDatabase | undefined
    const one = await process(db => {
      shared = db
      return {
        ...db,
        run: (sql, ...more) => {
          statements.push(sql)
          return db.run(sql, ...more)
        },
      }
    })
    await one.take(ada, limits)
    statements = []
    await one.take(ada, limits)
    expect(statements).toHaveLength(1)
    await one.take(ada, limits)
    statements = []
    for (let n = 0; n < 100; n++) expect((await one.take(ada, limits)).ok).toBe(false)
    expect(statements).toEqual([])
    clock.at += 1441 * minute
    await one.take(ada, limits)
    expect(await shared?.run('select id from channel_received')).toEqual([{id: '42'}])
  })

  test('of a clock that was set back count for nothing', async () => {
    const {process, clock} = await open()
    const one = await process()
    clock.at += 600 * minute
    for (const ok of [true, true, false]) expect(await one.take(ada, limits)).toMatchObject({ok})
    clock.at -= 600 * minute
    for (const ok of [true, true, false]) expect(await one.take(ada, limits)).toMatchObject({ok})
  })
})

it('let nobody in, and count nothing, while another process has locked the file', async () => {
  const [sqlite] = sharedKinds()
  const place = await sqlite?.prepare()
  if (!place) throw new Error('There is no SQLite.')
  const db = await openApart(place)
  onTestFinished(() => db.close())
  const received = openReceived(db, Date.now)
  const other = new DatabaseSync(db.where)
  other.exec('begin immediate')
  await expect(received.take(ada, limits)).rejects.toMatchObject({code: 'STORE_UNAVAILABLE'})
  other.exec('rollback')
  other.close()
  for (const ok of [true, true, false]) expect(await received.take(ada, limits)).toMatchObject({ok})
})
