// What an answer needs is out of reach for a while, again and again: that is no failure of the message.
import {join} from 'node:path'
import {setTimeout as pause} from 'node:timers/promises'
import type {Clock} from '@essence/core/channel/clock'
import type {ChannelAdapter} from '@essence/core/channel/delivery/adapter'
import {EssenceError} from '@essence/core/kit/errors'
import type {SharedDatabase} from '@essence/core/store/shared/shared'
import {openSharedSqlite} from '@essence/core/store/shared/sqlite'
import {describe, expect, it, onTestFinished} from 'vitest'
import {noPostgres, startPostgres} from '../../store/postgres-server.ts'
import {openApart} from '../../store/shared-databases.ts'
import {temporaryFolder} from '../../temporary-folder.ts'
import {openTestDelivery} from './open-test-delivery.ts'

const over = {waiting: 0, working: 0, dead: 0}

const away = (): never => {
  throw new EssenceError('STORE_UNAVAILABLE', 'connection refused')
}

/** A minute is three seconds. */
const clock: Clock = {
  now: () => Date.now() * 20,
  wait: async (ms, signal) => {
    await pause(ms / 20, undefined, {signal}).catch(() => undefined)
  },
}

/** As many as end a message that fails by itself, and more. */
const outages = 6

describe('outages', () => {
  it('of what keeps the messages, in the middle of an answer, are no failed tries', async () => {
    let fails = outages
    const {sent, delivery, jobs} = await openTestDelivery({
      clock,
      adapter: {
        async answer(message, {note}) {
          await note('shown')
          return [message]
        },
      },
      keep: jobs => ({
        async change(id, change) {
          if (change.mark !== undefined && fails-- > 0) away()
          await jobs.change(id, change)
        },
      }),
    })
    await delivery.accept(['a:1', 'a:2'])
    await expect.poll(() => jobs.count(), {timeout: 50_000}).toEqual(over)
    expect(fails).toBeLessThan(0)
    expect(sent).toEqual(['a:1', 'a:2'])
  })

  it.skipIf(noPostgres !== '')(`of a database that is started again and again are none${noPostgres}`, async () => {
    const server = await startPostgres()
    onTestFinished(() => server.stop())
    let crashes = 4
    const place = {dataDir: '', url: await server.database()}
    const db = await openApart(place)
    onTestFinished(() => db.close())
    const {sent, delivery, jobs} = await openTestDelivery({
      clock,
      adapter: {
        async answer(message) {
          const isCrash = crashes-- > 0
          if (isCrash) await server.crash()
          try {
            await db.run('select 1')
          } finally {
            if (isCrash) await server.start()
          }
          return [message]
        },
      },
    })
    await delivery.accept(['a:1', 'a:2'])
    await expect.poll(() => jobs.count(), {timeout: 50_000}).toEqual(over)
    expect(sent).toEqual(['a:1', 'a:2'])
  })

  it.each([
    ['a message that meets nothing else is given up', 1000, 0],
    ['so is one of more than a day ago that met some', 1, 25 * 3_600_000],
  ])('%s: it may be what ends what it needs', async (_, met, ageMs) => {
    const path = join(temporaryFolder(), 'jobs')
    const db: SharedDatabase = await openSharedSqlite(path)
    onTestFinished(() => db.close())
    const adapter: Partial<ChannelAdapter<string, string>> = {
      answer: async message => (message === 'a:poison' ? away() : [message]),
    }
    const {delivery} = await openTestDelivery({path, adapter, works: false})
    await delivery.accept(['a:poison', 'a:2'])
    await db.run('update jobs set outages = ?, received_at = received_at - ? where id = ?', [met, ageMs, 'a-poison'])
    const {sent, jobs} = await openTestDelivery({path, adapter})
    await expect.poll(() => jobs.count(), {timeout: 30_000}).toEqual({...over, dead: 1})
    expect(sent).toEqual(['gave up a:poison', 'a:2'])
  })
})
