// Each message once, in order, whatever ends the process: what may have ended it is found out, and nothing else is blamed.
import type {ChannelAdapter} from '@essence/core/channel/delivery/adapter'
import {Delivery} from '@essence/core/channel/delivery/delivery'
import type {Jobs} from '@essence/core/channel/delivery/job'
import {EssenceError} from '@essence/core/kit/errors'
import fc from 'fast-check'
import {afterAll, describe, expect, it, onTestFinished} from 'vitest'
import {type JobsKind, jobKinds} from './job-kinds.ts'
import {silent as log} from './open-test-jobs.ts'

/** Time that does not pass by waiting. */
const clock = {
  now: Date.now,
  wait: (_: number, signal?: AbortSignal): Promise<void> =>
    new Promise(resolve => (signal?.aborted ? resolve() : setTimeout(resolve, 1))),
}

/** Messages are `lane:text`; they are answered with `answer to lane:text`. */
const texts = (sent: string[], more: Partial<ChannelAdapter<string, string>> = {}): ChannelAdapter<string, string> => ({
  name: 'test',
  idOf: message => message.replaceAll(/\W/g, '-'),
  laneOf: message => message.split(':')[0] ?? '',
  admit: message => message,
  answer: async message => [`answer to ${message}`],
  carrierOf: () => ({
    async send(part, _, begin) {
      await begin()
      sent.push(part)
    },
    judge: () => ({sent: 'unknown', again: false}),
    lasts: () => true,
    note: 'note',
  }),
  gaveUp: message => [`gave up ${message}`],
  ...more,
})

/** Opens the jobs of a place. */
type Place = Awaited<ReturnType<JobsKind['prepare']>>

interface Setting {
  place: Place
  adapter?: Partial<ChannelAdapter<string, string>>
  worker?: string
  parallel?: number
  keep?: (jobs: Jobs<string, string>) => Jobs<string, string>
}

const openAt = async ({place, adapter, worker, parallel = 4, keep}: Setting) => {
  const sent: string[] = []
  const opened = await place(worker ? {worker} : {})
  const jobs = keep?.(opened) ?? opened
  const delivery = new Delivery({jobs, channel: texts(sent, adapter), parallel, works: true, clock, log})
  await delivery.start()
  onTestFinished(async () => {
    await delivery.stop(AbortSignal.abort())
    await jobs.close()
  })
  return {sent, jobs, delivery}
}

const counts = {waiting: 0, working: 0, dead: 0}

/** A process: it dies of poisonous messages, and nothing it waits for ever comes then. */
const live = async (place: Place, messages: readonly string[], poison: ReadonlySet<string>) => {
  const died = Promise.withResolvers<'died'>()
  let isDead = false
  const never = new Promise<never>(() => {})
  const sent: string[] = []
  const opened = await place()
  const jobs = Object.fromEntries(
    Object.entries(opened).map(([name, call]) => [
      name,
      (...args: never[]) => (isDead ? never : (call as (...args: never[]) => unknown)(...args)),
    ]),
  ) as unknown as Jobs<string, string>
  const channel = texts(sent, {
    async answer(message) {
      // Everything that runs beside it has begun by then.
      for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate)
      if (poison.has(message)) {
        isDead = true
        died.resolve('died')
      }
      return isDead ? never : [message]
    },
  })
  const delivery = new Delivery({jobs, channel, parallel: 3, works: true, clock, log})
  const life = async (): Promise<'over'> => {
    await delivery.start()
    await delivery.accept(messages)
    for (;;) {
      const {waiting, working} = await opened.count()
      if (waiting + working === 0) break
      // Longer than it takes to claim eight.
      await new Promise(resolve => setTimeout(resolve, 40))
      if (isDead) await never
    }
    await delivery.stop(AbortSignal.abort())
    return 'over'
  }
  const end = await Promise.race([life(), died.promise])
  // What is left of it: the timer that renews its claims.
  if (end === 'died') void delivery.stop(AbortSignal.abort())
  return {end, sent, close: () => opened.close()}
}

for (const kind of jobKinds()) {
  describe.skipIf(kind.missing !== '')(`in ${kind.name}${kind.missing}`, () => {
    afterAll(() => kind.stop())
    const open = async (setting: Omit<Setting, 'place'> = {}) => openAt({place: await kind.prepare(), ...setting})

    describe('messages', () => {
      it('of one chat are answered in order, those of many beside each other, each once', async () => {
        let most = 0
        let running = 0
        const {sent, delivery, jobs} = await open({
          parallel: 8,
          adapter: {
            async answer(message) {
              most = Math.max(most, ++running)
              // Longer than it takes to claim eight.
              await new Promise(resolve => setTimeout(resolve, 40))
              running--
              return [message]
            },
          },
        })
        const messages = Array.from({length: 10}, (_, n) =>
          Array.from({length: 20}, (_, lane) => `${lane}:${n}`),
        ).flat()
        await delivery.accept([...messages, ...messages])
        await expect.poll(() => jobs.count(), {timeout: 45_000, interval: 200}).toEqual(counts)
        expect(sent).toHaveLength(messages.length)
        for (let lane = 0; lane < 20; lane++) {
          expect(sent.filter(message => message.startsWith(`${lane}:`))).toEqual(
            Array.from({length: 10}, (_, n) => `${lane}:${n}`),
          )
        }
        expect(most).toBe(8)
      })

      it('are answered once by two workers that share them', async () => {
        const place = await kind.prepare()
        // Long enough for both to look for some.
        const adapter: Setting['adapter'] = {
          async answer(message) {
            await new Promise(resolve => setTimeout(resolve, 100))
            return [message]
          },
        }
        const one = await openAt({place, worker: 'one', adapter})
        const two = await openAt({place, worker: 'two', adapter})
        const messages = Array.from({length: 60}, (_, n) => `${n % 6}:${n}`)
        await one.delivery.accept(messages)
        await expect.poll(() => one.jobs.count(), {timeout: 45_000, interval: 200}).toEqual(counts)
        expect([...one.sent, ...two.sent].sort()).toEqual(messages.toSorted())
        expect(one.sent.length).toBeGreaterThan(0)
        expect(two.sent.length).toBeGreaterThan(0)
      })

      it('that could not be answered are tried again, and given up in the end', async () => {
        let tries = 0
        const {sent, delivery, jobs} = await open({
          adapter: {
            async answer() {
              tries++
              throw new TypeError('a fault of ours')
            },
          },
        })
        await delivery.accept(['a:1'])
        await expect.poll(() => sent, {timeout: 30_000}).toEqual(['gave up a:1'])
        await expect.poll(() => jobs.count()).toEqual({...counts, dead: 1})
        expect(tries).toBe(3)
      }, 40_000)

      it('come again once the database is back', async () => {
        let isBroken = false
        const fails = async (): Promise<never> => {
          throw new EssenceError('STORE_UNAVAILABLE', 'database is locked')
        }
        const {sent, delivery, jobs} = await open({
          keep: jobs => ({
            ...jobs,
            claim: () => (isBroken ? fails() : jobs.claim()),
            end: (...args) => (isBroken ? fails() : jobs.end(...args)),
          }),
          adapter: {
            async answer(message) {
              isBroken = true
              setTimeout(() => {
                isBroken = false
              }, 50)
              return [message]
            },
          },
        })
        await delivery.accept(['a:1', 'a:2'])
        await expect.poll(() => jobs.count(), {timeout: 45_000, interval: 200}).toEqual(counts)
        expect(sent).toEqual(['a:1', 'a:2'])
      })
    })

    describe('messages that come while another of their chat is answered', () => {
      const held = (overlap: 'queue' | 'collect' | 'interrupt') => {
        const gate = Promise.withResolvers<void>()
        const begun: string[] = []
        const adapter: Partial<ChannelAdapter<string, string>> = {
          overlapOf: () => overlap,
          stops: message => message.endsWith('/stop'),
          join: (first, next) => (next.endsWith('/stop') ? undefined : `${first}+${next.split(':')[1]}`),
          async answer(message, {signal}) {
            begun.push(message)
            if (message.endsWith('first')) {
              await Promise.race([gate.promise, new Promise(resolve => signal.addEventListener('abort', resolve))])
              signal.throwIfAborted()
            }
            return [message]
          },
        }
        return {gate, begun, adapter}
      }

      it.each([
        ['queue', ['a:first', 'a:2', 'a:3']],
        ['collect', ['a:first', 'a:2+3']],
        ['interrupt', ['a:2', 'a:3']],
      ] as const)('%s', async (overlap, answers) => {
        const {gate, begun, adapter} = held(overlap)
        const {sent, delivery, jobs} = await open({adapter})
        await delivery.accept(['a:first'])
        await expect.poll(() => begun).toEqual(['a:first'])
        await delivery.accept(['a:2', 'a:3'])
        if (overlap !== 'interrupt') gate.resolve()
        await expect.poll(() => jobs.count()).toEqual(counts)
        expect(sent.at(-1)).toBe(answers.at(-1))
        // The second may be interrupted by the third.
        if (overlap !== 'interrupt') expect(sent).toEqual(answers)
        expect(sent).not.toContain(overlap === 'interrupt' ? 'a:first' : undefined)
      })

      it('stop ends what is answered and what waits, and is answered itself', async () => {
        const {begun, adapter} = held('queue')
        const {sent, delivery, jobs} = await open({adapter})
        await delivery.accept(['a:first', 'a:second', 'b:other'])
        await expect.poll(() => begun).toContain('a:first')
        await delivery.accept(['a:/stop'])
        await expect.poll(() => jobs.count()).toEqual(counts)
        expect(sent.sort()).toEqual(['a:/stop', 'b:other'])
      })
    })

    describe('a message that ends the process', () => {
      it('is given up after some tries, alone; all others are answered once', async () => {
        await fc.assert(
          fc.asyncProperty(fc.array(fc.boolean(), {minLength: 1, maxLength: 6}), async poisonous => {
            const place = await kind.prepare()
            const messages = poisonous.map((_, index) => `${index}:x`)
            const poison = new Set(messages.filter((_, index) => poisonous[index]))
            const sent: string[] = []
            for (let lives = 0; lives < 40; lives++) {
              const life = await live(place, messages, poison)
              sent.push(...life.sent)
              await life.close()
              if (life.end === 'over') break
            }
            const answers = messages.map(message => (poison.has(message) ? `gave up ${message}` : message))
            const given = sent.filter(part => part !== 'note')
            expect(new Set(given).size).toBe(given.length)
            expect(answers).toEqual(expect.arrayContaining(given))
            // One whose sending was on record as another ended the process may have arrived: that is said, and it is not sent again.
            expect(sent).toHaveLength(answers.length)
            if (kind.name === 'SQLite') expect(given.toSorted()).toEqual(answers.toSorted())
          }),
          {numRuns: kind.name === 'SQLite' ? 25 : 6},
        )
      }, 240_000)
    })
  })
}
