// Platforms ask for pauses, of minutes: whoever has to wait holds up nobody else, and is not answered early, twice, or out of order.
import {join} from 'node:path'
import type {ChannelAdapter} from '@essence/core/channel/delivery/adapter'
import type {Carrier} from '@essence/core/channel/delivery/carrier'
import {expect, it} from 'vitest'
import {temporaryFolder} from '../../temporary-folder.ts'
import {ManualClock} from '../manual-clock.ts'
import {openTestDelivery} from './open-test-delivery.ts'
import {openTestJobs} from './open-test-jobs.ts'

const pauseMs = 600_000
const over = {waiting: 0, working: 0, dead: 0}

/** A platform that asks for a pause before the first of these parts, once each. */
const busyFor = (parts: readonly string[], lasts = true) => {
  const busy = new Set(parts)
  const read: string[] = []
  const carrier: Carrier<string> = {
    async send(part, _, begin) {
      await begin()
      if (busy.delete(part)) throw new Error('busy')
      read.push(part)
    },
    judge: () => ({sent: 'no', again: true, afterMs: pauseMs}),
    lasts: () => lasts,
    note: 'note',
  }
  return {read, carrierOf: () => carrier}
}

const chats = (count: number): string[] => Array.from({length: count}, (_, n) => `${n}`)

it.each([
  ['are stored', true],
  ['are not', false],
])(
  'as many chats that pause as are answered at once, and more, hold up no other; answers that %s',
  async (_, lasts) => {
    const clock = new ManualClock()
    const paused = chats(10)
    const platform = busyFor(
      paused.map(chat => `${chat}:1`),
      lasts,
    )
    const answered: string[] = []
    const {delivery, jobs} = await openTestDelivery({
      ...{clock, parallel: 4},
      adapter: {
        carrierOf: platform.carrierOf,
        async answer(message) {
          answered.push(message)
          return [message]
        },
      },
    })
    await delivery.accept(paused.flatMap(chat => [`${chat}:1`, `${chat}:2`]))
    await delivery.accept(['other:1', 'other:2'])
    await expect.poll(() => platform.read).toEqual(['other:1', 'other:2'])
    await expect.poll(() => clock.pending()).toEqual(paused.map(() => pauseMs))
    clock.advance(pauseMs)
    await expect.poll(() => jobs.count()).toEqual(over)
    for (const chat of paused) {
      expect(platform.read.filter(part => part.startsWith(`${chat}:`))).toEqual([`${chat}:1`, `${chat}:2`])
    }
    // None of them was made anew.
    expect(answered).toHaveLength(22)
  },
)

it('more chats than can wait in memory, all of whose answers are stored, hold up no other', async () => {
  const clock = new ManualClock()
  const paused = chats(300)
  const platform = busyFor(paused.map(chat => `${chat}:1`))
  const {delivery, jobs} = await openTestDelivery({
    ...{clock, parallel: 4},
    adapter: {carrierOf: platform.carrierOf, answer: async message => [message]},
  })
  await delivery.accept(paused.map(chat => `${chat}:1`))
  await delivery.accept(['other:1'])
  await expect.poll(() => platform.read, {timeout: 30_000}).toEqual(['other:1'])
  await expect.poll(() => jobs.count()).toEqual({...over, waiting: 44, working: 256})
  clock.advance(pauseMs)
  await delivery.accept(['other:2'])
  await expect.poll(() => jobs.count(), {timeout: 30_000}).toEqual(over)
  expect(platform.read.toSorted()).toEqual([...paused.map(chat => `${chat}:1`), 'other:1', 'other:2'].toSorted())
})

it('who waits for a place in the rate of a platform has none among what is answered', async () => {
  const full = Promise.withResolvers<void>()
  const platform = busyFor([])
  const carrier: Carrier<string> = {
    ...platform.carrierOf(),
    async send(part, signal, begin) {
      if (part === 'full:1') await full.promise
      await platform.carrierOf().send(part, signal, begin)
    },
  }
  const {delivery, jobs} = await openTestDelivery({parallel: 1, adapter: {carrierOf: () => carrier}})
  await delivery.accept(['full:1', 'other:1'])
  await expect.poll(() => platform.read).toEqual(['other:1'])
  full.resolve()
  await expect.poll(() => jobs.count()).toEqual(over)
  expect(platform.read).toEqual(['other:1', 'full:1'])
})

it('a stop in a pause takes no time; the next start waits for the rest of it, and sends what was not sent', async () => {
  const clock = new ManualClock()
  const path = join(temporaryFolder(), 'jobs')
  const platform = busyFor(['a:1 two'])
  const adapter: Partial<ChannelAdapter<string, string>> = {
    carrierOf: platform.carrierOf,
    answer: async message => [`${message} one`, `${message} two`],
  }
  const first = await openTestDelivery({clock, path, adapter})
  await first.delivery.accept(['a:1', 'a:2'])
  await clock.asleep(ms => ms === pauseMs)
  await first.delivery.stop(new AbortController().signal)
  expect(await first.jobs.count()).toEqual({...over, waiting: 2})
  const second = await openTestDelivery({clock, path, adapter})
  clock.advance(pauseMs - 1)
  await second.delivery.accept(['b:1'])
  await expect.poll(() => platform.read).toEqual(['a:1 one', 'b:1 one', 'b:1 two'])
  clock.advance(1)
  await expect.poll(() => second.jobs.count()).toEqual(over)
  expect(platform.read.slice(3)).toEqual(['a:1 two', 'a:2 one', 'a:2 two'])
})

it('somebody who says stop in a pause is heard', async () => {
  const clock = new ManualClock()
  const platform = busyFor(['a:1'])
  const adapter = {carrierOf: platform.carrierOf, stops: (message: string) => message.endsWith('stop')}
  const {delivery, jobs} = await openTestDelivery({clock, adapter})
  await delivery.accept(['a:1'])
  await clock.asleep(ms => ms === pauseMs)
  await delivery.accept(['a:stop'])
  await expect.poll(() => jobs.count()).toEqual(over)
  expect(platform.read).toEqual(['a:stop'])
})

it('pauses are no failed tries, however many there are', async () => {
  const clock = new ManualClock()
  let refusals = 8
  const sent: string[] = []
  const carrier: Carrier<string> = {
    async send(part, _, begin) {
      await begin()
      if (refusals-- > 0) throw new Error('busy')
      sent.push(part)
    },
    judge: () => ({sent: 'no', again: true, afterMs: pauseMs}),
    lasts: () => false,
    note: 'note',
  }
  const {delivery, jobs} = await openTestDelivery({clock, adapter: {carrierOf: () => carrier}})
  await delivery.accept(['a:1'])
  for (let pauses = 0; pauses < 8; pauses++) {
    await clock.asleep(ms => ms === pauseMs)
    clock.advance(pauseMs)
  }
  await expect.poll(() => jobs.count()).toEqual(over)
  expect(sent).toEqual(['a:1'])
})

it('what is tried alone is not alone while it pauses', async () => {
  const clock = new ManualClock()
  const path = join(temporaryFolder(), 'jobs')
  const before = await openTestJobs(path, {now: clock.now})
  for (const id of ['a', 'b']) await before.receive({id: `${id}-1`, lane: id, message: `${id}:1`})
  await before.claim()
  await before.claim()
  await before.close()
  const platform = busyFor(['a:1', 'b:1'])
  const {delivery, jobs} = await openTestDelivery({clock, path, adapter: {carrierOf: platform.carrierOf}})
  await delivery.accept(['c:1'])
  await expect.poll(() => platform.read).toEqual(['c:1'])
  await expect.poll(() => clock.pending()).toEqual([pauseMs, pauseMs])
  clock.advance(pauseMs)
  await expect.poll(() => jobs.count()).toEqual(over)
  expect(platform.read.toSorted()).toEqual(['a:1', 'b:1', 'c:1'])
})

it.each([
  ['clock is set two days forward is answered', 0, ['a:1', 'b:1']],
  ['waited for two days is not', 1, ['a:1']],
])('what waits while the %s', async (_, passes, answers) => {
  const clock = new ManualClock()
  const began = clock.now()
  const gate = Promise.withResolvers<void>()
  const {sent, delivery, jobs} = await openTestDelivery({
    ...{clock, parallel: 1, running: () => passes * (clock.now() - began)},
    adapter: {
      async answer(message) {
        if (message === 'a:1') await gate.promise
        return [message]
      },
    },
  })
  await delivery.accept(['a:1', 'b:1'])
  await expect.poll(() => jobs.count()).toEqual({...over, waiting: 1, working: 1})
  clock.advance(48 * 3_600_000)
  gate.resolve()
  await expect.poll(() => jobs.count()).toEqual(over)
  expect(sent).toEqual(answers)
})
