import {setTimeout as pause} from 'node:timers/promises'
import {reminders as remindersTable} from '@essence/core/store/schema'
import type {Store} from '@essence/core/store/store'
import type {DueReminder, Reminder} from '@essence/core/tools/port'
import {openReminders} from '@essence/core/tools/reminders'
import {eq} from 'drizzle-orm'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {storeKinds} from '../store/stores.ts'

const reminder = (given: Partial<Reminder> = {}): Omit<Reminder, 'id'> => ({
  speaker: 'telegram:1',
  session: 'chat',
  channel: 'telegram',
  kind: 'reminder',
  text: 'Reminder: tea',
  language: 'en',
  dueAt: new Date(Date.now() - 1000),
  ...given,
})

describe.each(storeKinds())('reminders on $name $missing', ({name, missing, create, stop}) => {
  let store: Store
  let reopen: () => Promise<Store>
  beforeAll(async () => {
    if (missing) return
    const created = await create()
    store = created.store
    reopen = created.reopen
  }, 120_000)
  afterAll(async () => {
    await store?.close()
    await stop()
  })

  /** The next one of a subscription. */
  const nextOf = async (due: AsyncIterator<DueReminder>) => (await due.next()).value as DueReminder | undefined
  const subscribe = (reminders: ReturnType<typeof openReminders>, channel: string) => {
    const controller = new AbortController()
    const due = reminders.due(channel, controller.signal)[Symbol.asyncIterator]()
    return {due, end: () => controller.abort()}
  }

  describe.skipIf(missing !== '')('', () => {
    it('are listed soonest first and cancelled, each person their own', async () => {
      const reminders = openReminders({store})
      const soon = (minutes: number) => new Date(Date.now() + minutes * 60_000)
      await reminders.set(reminder({speaker: 'a', text: 'second', dueAt: soon(2), channel: 'none'}))
      const first = await reminders.set(reminder({speaker: 'a', text: 'first', dueAt: soon(1), channel: 'none'}))
      expect((await reminders.list('a')).map(({text}) => text)).toEqual(['first', 'second'])
      expect(await reminders.list('b')).toEqual([])
      expect(await reminders.cancel('b', first.id)).toBe(false)
      expect(await reminders.cancel('a', 'nonsense')).toBe(false)
      expect(await reminders.cancel('a', first.id)).toBe(true)
      expect(await reminders.cancel('a', first.id)).toBe(false)
      expect((await reminders.list('a')).map(({text}) => text)).toEqual(['second'])
    })

    it('arrive on their channel, those overdue at once, later ones as they become due', async () => {
      const reminders = openReminders({store})
      await reminders.set(reminder({channel: 'web', text: 'elsewhere'}))
      const overdue = await reminders.set(reminder({channel: 'c1', text: 'overdue'}))
      const {due, end} = subscribe(reminders, 'c1')
      expect(await nextOf(due)).toMatchObject({id: overdue.id, text: 'overdue', session: 'chat', language: 'en'})
      await reminders.delivered(overdue.id)
      // Both are set while it waits; the later one first.
      const waiting = nextOf(due)
      await reminders.set(reminder({channel: 'c1', text: 'in a minute', dueAt: new Date(Date.now() + 60_000)}))
      await reminders.set(reminder({channel: 'c1', text: 'in a moment', dueAt: new Date(Date.now() + 300)}))
      const came = await waiting
      expect(came?.text).toBe('in a moment')
      expect(Date.now()).toBeGreaterThanOrEqual(came?.dueAt.getTime() ?? Number.POSITIVE_INFINITY)
      end()
      expect(await nextOf(due)).toBeUndefined()
    })

    it('that are held by one subscriber come to no other, and again when that one ends', async () => {
      const reminders = openReminders({store})
      const {id} = await reminders.set(reminder({channel: 'c2'}))
      const [one, two] = [subscribe(reminders, 'c2'), subscribe(reminders, 'c2')]
      const came: string[] = []
      const firsts = [one, two].map(async ({due}, index) => {
        const next = await nextOf(due)
        if (next) came.push(`${index}`)
        return next?.id
      })
      expect(await Promise.race(firsts)).toBe(id)
      expect(came).toHaveLength(1)
      const [holder] = came[0] === '0' ? [one, two] : [two, one]
      await holder?.due.return?.(undefined)
      expect(await Promise.all(firsts)).toEqual([id, id])
      await reminders.delivered(id)
      for (const {end} of [one, two]) end()
    })

    it('that were not delivered come again after a restart, and those that were do not', async () => {
      const before = openReminders({store})
      await before.set(reminder({channel: 'c3', text: 'kept', dueAt: new Date(Date.now() - 1)}))
      const gone = await before.set(reminder({channel: 'c3', text: 'delivered', dueAt: new Date(Date.now() - 5000)}))
      const first = subscribe(before, 'c3')
      expect((await nextOf(first.due))?.text).toBe('delivered')
      await before.delivered(gone.id)
      await before.delivered(gone.id)
      expect((await nextOf(first.due))?.text).toBe('kept')
      await before.close()
      await store.close()
      store = await reopen()
      const {due, end} = subscribe(openReminders({store}), 'c3')
      expect((await nextOf(due))?.text).toBe('kept')
      end()
    })

    it.skipIf(name === 'PGlite')(
      `come in one of two processes, in the other once that one lets go or is gone${name === 'PGlite' ? ' (skipped: only one process has it)' : ''}`,
      async () => {
        const heldUntil = async (): Promise<number> => {
          const rows = await store.db.select().from(remindersTable).where(eq(remindersTable.id, id))
          return rows[0]?.heldUntil?.getTime() ?? 0
        }
        const open = (leaseMs: number) => {
          const reminders = openReminders({store, pollMs: 20, leaseMs})
          return {...reminders, ...subscribe(reminders, 'c5')}
        }
        const [one, two] = [open(600), open(60_000)]
        const {id} = await one.set(reminder({channel: 'c5', text: 'first'}))
        expect((await nextOf(one.due))?.id).toBe(id)
        const {id: second} = await one.set(reminder({channel: 'c5', text: 'second'}))
        expect((await nextOf(two.due))?.id).toBe(second)
        await two.delivered(second)
        const begun = await heldUntil()
        while ((await heldUntil()) <= begun) await pause(20)
        await one.due.return?.(undefined)
        expect((await nextOf(two.due))?.id).toBe(id)

        // As if it had been killed: nothing is let go, nor held on to.
        await two.close()
        await store.db
          .update(remindersTable)
          .set({heldUntil: new Date(Date.now() + 200)})
          .where(eq(remindersTable.id, id))
        const three = open(60_000)
        expect((await nextOf(three.due))?.id).toBe(id)
        three.end()
      },
    )

    it('that another process sets are seen by the next look', async () => {
      const reminders = openReminders({store, pollMs: 50})
      const {due, end} = subscribe(reminders, 'c4')
      const waiting = nextOf(due)
      await openReminders({store}).set(reminder({channel: 'c4', text: 'from elsewhere'}))
      expect((await waiting)?.text).toBe('from elsewhere')
      end()
    })
  })
})
