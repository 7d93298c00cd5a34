// What two processes, a clock that jumps, and odd words do to jobs, in each database that keeps them.
import {sharedJobs} from '@essence/core/channel/delivery/shared-jobs'
import type {SharedDatabase} from '@essence/core/store/shared/shared'
import {afterAll, describe, expect, it, onTestFinished} from 'vitest'
import * as z from 'zod'
import {openApart, sharedKinds} from '../../store/shared-databases.ts'
import {claimed, silent as log} from './open-test-jobs.ts'

const hour = 3_600_000
const at = Date.UTC(2026, 10, 30)

describe.each(sharedKinds())('jobs in $name $missing', ({missing, prepare, stop}) => {
  afterAll(stop)

  const open = async () => {
    const place = await prepare()
    /** `set`: of what has passed by the clock, how much it was set. */
    const clock = {now: at, set: 0}
    const database = async (): Promise<SharedDatabase> => {
      const db = await openApart(place)
      onTestFinished(() => db.close())
      return db
    }
    const db = await database()
    const process = async (worker = 'one') =>
      sharedJobs({
        ...{db: await database(), channel: 'test:1', worker, log},
        ...{message: z.string(), part: z.string(), now: () => clock.now, running: () => clock.now - clock.set},
      })
    return {db, clock, process}
  }

  it.skipIf(missing)('are forgotten when they are so old that none comes again', async () => {
    const {db, clock, process} = await open()
    const jobs = await process()
    for (const id of ['1', '2', '3']) await jobs.receive({id, lane: id, message: 'question'})
    await jobs.end((await claimed(jobs)).id, {state: 'done'})
    await jobs.end((await claimed(jobs)).id, {state: 'dead', failure: 'no'})
    const left = async () => (await db.run('select id from jobs order by id')).map(({id}) => id)
    for (const [later, ids] of [
      [47 * hour, ['1', '2', '3']],
      [49 * hour, ['2', '3']],
      [6 * 24 * hour, ['2', '3']],
      [8 * 24 * hour, ['3']],
    ] as const) {
      clock.now = at + later
      await jobs.prune()
      expect(await left()).toEqual(ids)
    }
  })

  it.skipIf(missing)('are of one process alone, also where another one has its name', async () => {
    const {process} = await open()
    const one = await process()
    await one.receive({id: '1', lane: '1', message: 'question'})
    await claimed(one)
    const two = await process()
    await two.reclaim()
    expect((await claimed(two)).id).toBe('1')
    // The first was only believed to be gone.
    expect(await one.renew()).toEqual([])
    await expect(one.change('1', {state: 'sending'})).rejects.toMatchObject({code: 'CANCELLED'})
    await expect(one.end('1', {state: 'done'})).rejects.toMatchObject({code: 'CANCELLED'})
    await one.release('1')
    expect(await two.renew()).toEqual(['1'])
  })

  it.skipIf(missing)('go on after the clock was set back', async () => {
    const {clock, process} = await open()
    const one = await process('one')
    for (const id of ['1', '2']) await one.receive({id, lane: id, message: 'question'})
    await claimed(one)
    await claimed(one)
    await one.release('2', {why: 'busy', afterMs: 4000, outage: false})
    const two = await process('two')
    expect(await two.claim()).toBeUndefined()
    clock.now = at - hour
    clock.set = -hour
    expect(await two.claim()).toBeUndefined()
    clock.now += 4001
    expect((await claimed(two)).id).toBe('2')
    expect(await two.claim()).toBeUndefined()
    // Long enough for the first to renew what it has, but it does not.
    clock.now += 30_000
    expect((await claimed(two)).id).toBe('1')
  })

  it.skipIf(missing)('fail with any words', async () => {
    const {process} = await open()
    const jobs = await process()
    await jobs.receive({id: '1', lane: '1', message: 'a \0 and \ud800, \' " \\ % and ?'})
    expect((await claimed(jobs)).message).toBe('a \0 and \ud800, \' " \\ % and ?')
    await jobs.release('1', {why: "'; a \0 and \ud800", afterMs: 0, outage: false})
    expect(await claimed(jobs)).toMatchObject({tries: 1})
    await jobs.end('1', {state: 'dead', failure: 'a \0 and \ud800'})
    expect(await jobs.count()).toEqual({waiting: 0, working: 0, dead: 1})
  })

  it.skipIf(missing)('that are unreadable after an upgrade are set aside, those behind them go on', async () => {
    const {db, process} = await open()
    const jobs = await process()
    for (const id of ['1', '2', '3']) await jobs.receive({id, lane: 'a', message: 'question'})
    await db.run("update jobs set content = '{' where id = '1'")
    await db.run("update jobs set content = '7' where id = '2'")
    expect((await claimed(jobs)).id).toBe('3')
    expect(await jobs.count()).toEqual({waiting: 0, working: 1, dead: 2})
  })

  it.skipIf(missing)('are found soon among thousands', async () => {
    const {db, process} = await open()
    await db.run(
      `with recursive n (i) as (select 1 union all select i + 1 from n where i < 10000)
       insert into jobs (channel, id, lane, state, received_at, content)
       select 'test:1', i || '', (i % 500) || '', 'received', 0, '"question"' from n`,
    )
    const jobs = await process()
    const began = performance.now()
    for (let n = 1; n <= 300; n++) expect((await claimed(jobs)).id).toBe(String(n))
    // Where each is compared with all others, minutes.
    expect(performance.now() - began).toBeLessThan(30_000)
    await jobs.end('1', {state: 'done'})
    expect(await jobs.renew()).toHaveLength(299)
  })
})
