// Each message once, in order, whatever ends the process: what may have ended it is found out, and nothing else is blamed.
import {join} from 'node:path'
import type {ChannelAdapter} from '@essence/core/channel/delivery/adapter'
import {Delivery} from '@essence/core/channel/delivery/delivery'
import type {Jobs} from '@essence/core/channel/delivery/job'
import {EssenceError} from '@essence/core/kit/errors'
import fc from 'fast-check'
import {describe, expect, it, onTestFinished} from 'vitest'
import {temporaryFolder} from '../../temporary-folder.ts'
import {silent as log, openTestJobs} from './open-test-jobs.ts'

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
    send: async part => void sent.push(part),
    judge: () => ({sent: 'unknown', again: false}),
    lasts: () => true,
    note: 'note',
  }),
  gaveUp: message => [`gave up ${message}`],
  ...more,
})

interface Setting {
  path?: string
  adapter?: Partial<ChannelAdapter<string, string>>
  worker?: string
  parallel?: number
  keep?: (jobs: Jobs<string, string>) => Jobs<string, string>
}

const open = async ({path = join(temporaryFolder(), 'jobs'), adapter, worker, parallel = 4, keep}: Setting = {}) => {
  const sent: string[] = []
  const opened = await openTestJobs(path, worker ? {worker} : {})
  const jobs = keep?.(opened) ?? opened
  const delivery = new Delivery({jobs, channel: texts(sent, adapter), parallel, works: true, clock, log})
  await delivery.start()
  onTestFinished(async () => {
    await delivery.stop(AbortSignal.abort())
    await jobs.close()
  })
  return {sent, jobs, delivery, path}
}

const counts = {waiting: 0, working: 0, dead: 0}

describe('messages', () => {
  it('of one chat are answered in order, those of many beside each other, each once', async () => {
    let most = 0
    let running = 0
    const {sent, delivery, jobs} = await open({
      parallel: 8,
      adapter: {
        async answer(message) {
          most = Math.max(most, ++running)
          await new Promise(resolve => setTimeout(resolve, 2))
          running--
          return [message]
        },
      },
    })
    const messages = Array.from({length: 10}, (_, n) => Array.from({length: 20}, (_, lane) => `${lane}:${n}`)).flat()
    await delivery.accept([...messages, ...messages])
    await expect.poll(() => jobs.count(), {timeout: 15_000}).toEqual(counts)
    expect(sent).toHaveLength(messages.length)
    for (let lane = 0; lane < 20; lane++) {
      expect(sent.filter(message => message.startsWith(`${lane}:`))).toEqual(
        Array.from({length: 10}, (_, n) => `${lane}:${n}`),
      )
    }
    expect(most).toBe(8)
  })

  it('are answered once by two workers that share them', async () => {
    const path = join(temporaryFolder(), 'jobs')
    // Long enough for both to look for some.
    const adapter: Setting['adapter'] = {
      async answer(message) {
        await new Promise(resolve => setTimeout(resolve, 100))
        return [message]
      },
    }
    const one = await open({path, worker: 'one', adapter})
    const two = await open({path, worker: 'two', adapter})
    const messages = Array.from({length: 60}, (_, n) => `${n % 6}:${n}`)
    await one.delivery.accept(messages)
    await expect.poll(() => one.jobs.count(), {timeout: 15_000}).toEqual(counts)
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
    await expect.poll(() => jobs.count(), {timeout: 15_000}).toEqual(counts)
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

/** A process: it dies of poisonous messages, and nothing it waits for ever comes then. */
const live = async (path: string, messages: readonly string[], poison: ReadonlySet<string>) => {
  const died = Promise.withResolvers<'died'>()
  let isDead = false
  const never = new Promise<never>(() => {})
  const sent: string[] = []
  const opened = await openTestJobs(path)
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
      await new Promise(resolve => setTimeout(resolve, 2))
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

describe('a message that ends the process', () => {
  it('is given up after some tries, alone; all others are answered once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), {minLength: 1, maxLength: 6}), async poisonous => {
        const path = join(temporaryFolder(), 'jobs')
        const messages = poisonous.map((_, index) => `${index}:x`)
        const poison = new Set(messages.filter((_, index) => poisonous[index]))
        const sent: string[] = []
        for (let lives = 0; lives < 40; lives++) {
          const life = await live(path, messages, poison)
          sent.push(...life.sent)
          await life.close()
          if (life.end === 'over') break
        }
        expect(sent.toSorted()).toEqual(
          messages.map(message => (poison.has(message) ? `gave up ${message}` : message)).toSorted(),
        )
      }),
      {numRuns: 25},
    )
  }, 120_000)
})
