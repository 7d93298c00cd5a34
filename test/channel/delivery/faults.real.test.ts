// What is hard to come by: calls that overlap, a database that fails for a moment, answers that are none.
import {join} from 'node:path'
import {EssenceError} from '@essence/core/kit/errors'
import {describe, expect, it, vi} from 'vitest'
import {temporaryFolder} from '../../temporary-folder.ts'
import {openTestDelivery as open} from './open-test-delivery.ts'
import {openTestJobs} from './open-test-jobs.ts'

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))
const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(new EssenceError('CANCELLED', 'Aborted.'))))

const over = {waiting: 0, working: 0, dead: 0}
const away = (): never => {
  throw new EssenceError('STORE_UNAVAILABLE', 'database is locked')
}

describe('messages that are brought by many at once', () => {
  it('are judged once each, and keep their order', async () => {
    const judged: string[] = []
    const {sent, delivery, jobs} = await open({
      adapter: {
        async admit(message) {
          judged.push(message)
          // The first takes longest.
          await pause(20 / judged.length)
          // A second judgement of the same would be a no.
          return judged.filter(one => one === message).length > 1 ? undefined : message
        },
      },
    })
    const messages = Array.from({length: 10}, (_, n) => `a:${n}`)
    await Promise.all([...messages, ...messages].map(message => delivery.accept([message])))
    await expect.poll(() => jobs.count()).toEqual(over)
    expect(judged).toEqual(messages)
    expect(sent).toEqual(messages)
  })

  it('are all stored, also beside one that cannot be', async () => {
    let fails = 1
    const {sent, delivery, jobs} = await open({
      keep: jobs => ({receive: async job => (job.id === 'a-1' && fails-- > 0 ? away() : jobs.receive(job))}),
    })
    const [first, second] = await Promise.allSettled([delivery.accept(['a:1']), delivery.accept(['b:1'])])
    expect([first?.status, second?.status]).toEqual(['rejected', 'fulfilled'])
    await delivery.accept(['a:1'])
    await expect.poll(() => jobs.count()).toEqual(over)
    expect(sent.sort()).toEqual(['a:1', 'b:1'])
  })
})

describe('a stop', () => {
  const stoppable = {
    stops: (message: string) => message.endsWith('stop'),
    answer: async (message: string, {signal}: {signal: AbortSignal}) =>
      message.endsWith('long') ? untilAborted(signal) : [message],
  }

  it('that could not be recorded is not forgotten', async () => {
    let fails = 1
    const {sent, delivery, jobs} = await open({
      adapter: stoppable,
      keep: jobs => ({stop: async (...args) => (fails-- > 0 ? away() : jobs.stop(...args))}),
    })
    await delivery.accept(['a:long', 'a:more'])
    await expect(delivery.accept(['a:stop'])).rejects.toMatchObject({code: 'STORE_UNAVAILABLE'})
    await delivery.accept(['a:stop'])
    await expect.poll(() => jobs.count()).toEqual(over)
    expect(sent).toEqual(['a:stop'])
  })

  it('reaches what is answered with nothing beside it', async () => {
    const path = join(temporaryFolder(), 'jobs')
    const before = await openTestJobs(path)
    await before.receive({id: 'a-long', lane: 'a', message: 'a:long'})
    await before.claim()
    await before.close()
    const begun = vi.fn()
    const {sent, delivery, jobs} = await open({
      path,
      adapter: {
        ...stoppable,
        async answer(message, context) {
          begun(message)
          return stoppable.answer(message, context)
        },
      },
    })
    await expect.poll(() => begun.mock.calls).toEqual([['a:long']])
    await delivery.accept(['b:other', 'a:stop'])
    await expect.poll(() => jobs.count()).toEqual(over)
    expect(sent.sort()).toEqual(['a:stop', 'b:other'])
  })
})

it('a message that does not interrupt leaves what is answered alone', async () => {
  const gate = Promise.withResolvers<void>()
  const {sent, delivery, jobs} = await open({
    adapter: {
      overlapOf: message => (message.endsWith('reminder') ? 'queue' : 'interrupt'),
      async answer(message, {signal}) {
        if (message.endsWith('long')) await Promise.race([gate.promise, untilAborted(signal)])
        return [message]
      },
    },
  })
  await delivery.accept(['a:long'])
  await expect.poll(() => jobs.count()).toEqual({...over, working: 1})
  await delivery.accept(['a:reminder'])
  // Several looks at what waits.
  await pause(1500)
  gate.resolve()
  await expect.poll(() => jobs.count()).toEqual(over)
  expect(sent).toEqual(['a:long', 'a:reminder'])
})

it('what an earlier try joined is answered by itself where it is not joined any more', async () => {
  const path = join(temporaryFolder(), 'jobs')
  const before = await openTestJobs(path)
  for (const n of [1, 2, 3]) await before.receive({id: `a-${n}`, lane: 'a', message: `a:${n}`})
  await before.claim()
  await before.change('a-1', {joined: ['a-2', 'a-3']})
  await before.close()
  const {sent, jobs} = await open({path})
  await expect.poll(() => jobs.count()).toEqual(over)
  expect(sent).toEqual(['a:1', 'a:2', 'a:3'])
})

describe('what cannot succeed holds up nothing for ever', () => {
  it('an answer that is none', async () => {
    const {sent, delivery, jobs} = await open({
      adapter: {answer: async message => (message === 'a:1' ? [Number.NaN as unknown as string] : [message])},
    })
    await delivery.accept(['a:1', 'a:2'])
    await expect.poll(() => jobs.count(), {timeout: 30_000}).toEqual({...over, dead: 1})
    expect(sent).toEqual(['gave up a:1', 'a:2'])
  })

  it('one that cannot even be told', async () => {
    const {sent, delivery, jobs} = await open({
      adapter: {
        carrierOf: message => {
          if (message === 'a:1') throw new TypeError('a fault of ours')
          return {
            async send(part, _, begin) {
              await begin()
              sent.push(part)
            },
            judge: () => ({sent: 'unknown', again: false}),
            lasts: () => true,
            note: 'note',
          }
        },
      },
    })
    await delivery.accept(['a:1', 'a:2'])
    await expect.poll(() => jobs.count(), {timeout: 40_000}).toEqual({...over, dead: 1})
    expect(sent).toEqual(['a:2'])
  })
})

describe('a worker', () => {
  it('does not give up what it began while its claims were renewed', async () => {
    const reply = Promise.withResolvers<void>()
    let renewals = 0
    const aborted = vi.fn()
    const gate = Promise.withResolvers<void>()
    const {sent, delivery, jobs} = await open({
      keep: jobs => ({
        async renew() {
          const held = await jobs.renew()
          if (renewals++ === 0) await reply.promise
          return held
        },
      }),
      adapter: {
        async answer(message, {signal}) {
          signal.addEventListener('abort', aborted)
          await gate.promise
          return [message]
        },
      },
    })
    await expect.poll(() => renewals).toBe(1)
    await delivery.accept(['a:1'])
    await expect.poll(() => jobs.count()).toEqual({...over, working: 1})
    reply.resolve()
    await pause(50)
    gate.resolve()
    await expect.poll(() => jobs.count()).toEqual(over)
    expect(aborted).not.toHaveBeenCalled()
    expect(sent).toEqual(['a:1'])
  })

  it('takes anew what it was given without hearing of it', async () => {
    let lost = 1
    const {sent, delivery, jobs} = await open({
      keep: jobs => ({
        async claim() {
          const job = await jobs.claim()
          if (job && lost-- > 0) away()
          return job
        },
      }),
    })
    await delivery.accept(['a:1', 'b:1'])
    await expect.poll(() => jobs.count()).toEqual(over)
    expect(sent).toEqual(['b:1', 'a:1'])
  })

  it('that was told to stop begins nothing more', async () => {
    const asked = Promise.withResolvers<void>()
    const gate = Promise.withResolvers<void>()
    const {sent, delivery, jobs} = await open({
      keep: jobs => ({
        async claim() {
          if ((await jobs.count()).waiting === 0) return undefined
          asked.resolve()
          await gate.promise
          return jobs.claim()
        },
      }),
    })
    await delivery.accept(['a:1'])
    await asked.promise
    const stopped = delivery.stop(new AbortController().signal)
    gate.resolve()
    await stopped
    expect(sent).toEqual([])
    expect(await jobs.count()).toEqual({...over, waiting: 1})
  })
})
