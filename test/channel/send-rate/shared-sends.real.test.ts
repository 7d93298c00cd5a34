// Processes of one bot together send no more than its platform takes, also one that has just started again.
import {setTimeout as pause} from 'node:timers/promises'
import type {Send} from '@essence/core/channel/send-rate/permit'
import {SendRate} from '@essence/core/channel/send-rate/send-rate'
import {SharedSends} from '@essence/core/channel/send-rate/shared-sends'
import {afterAll, describe, expect, it, onTestFinished} from 'vitest'
import {silent as log} from '../delivery/open-test-jobs.ts'
import {type LedgerTime, ledgerKinds} from './ledger-kinds.ts'
import {mostWithin} from './most-within.ts'

const all = {count: 8, ms: 300}

describe.each(ledgerKinds())('what a bot sends, known in $name $missing', ({missing, prepare, stop}) => {
  afterAll(stop)

  const opened = async () => {
    const open = await prepare()
    return async (now: LedgerTime = Date.now): Promise<SharedSends> => {
      const {ledger, close} = await open(now)
      onTestFinished(close)
      return new SharedSends({ledger, now, log})
    }
  }

  it.skipIf(missing)('is limited for all processes together, in all and in a chat', async () => {
    const open = await opened()
    const processes = await Promise.all(
      [1, 2, 3].map(async () => {
        const sends = await open()
        return new SendRate(all, () => sends)
      }),
    )
    const arrived: {chat: string; at: number}[] = []
    const send = async (rate: SendRate, n: number): Promise<void> => {
      const chat = String(n % 3)
      const permit = await rate.enter({chat, limits: [{count: 4, ms: 400}]})
      expect(permit.ok).toBe(true)
      await pause(n % 20)
      arrived.push({chat, at: performance.now()})
      await pause(n % 10)
      if (permit.ok) await permit.end()
    }
    await Promise.all(processes.flatMap(rate => Array.from({length: 16}, (_, n) => send(rate, n))))
    expect(arrived).toHaveLength(48)
    const moments = (chat?: string): number[] =>
      arrived.flatMap(one => (chat === undefined || one.chat === chat ? [one.at] : []))
    expect(mostWithin(moments(), all.ms)).toBeLessThanOrEqual(all.count)
    for (const chat of ['0', '1', '2']) expect(mostWithin(moments(chat), 400)).toBeLessThanOrEqual(4)
  })

  it.skipIf(missing)(
    'counts after a start, what was on its way when a process ended for as long as it may be',
    async () => {
      const open = await opened()
      let at = Date.now()
      const group: Send = {chat: '-100', limits: [{count: 3, ms: 60_000}]}
      const started = async (): Promise<SendRate> => {
        const sends = await open(() => at)
        return new SendRate(all, () => sends)
      }
      const before = await started()
      for (let n = 0; n < 3; n++) {
        const permit = await before.enter(group)
        // The process ends before the last has arrived.
        if (permit.ok && n < 2) await permit.end()
      }
      at += 10_000
      expect(await (await started()).enter(group)).toMatchObject({ok: false, retryAfterMs: expect.closeTo(50_000, -3)})
      at += 51_000
      expect((await (await started()).enter(group)).ok).toBe(true)
      expect((await (await started()).enter(group)).ok).toBe(true)
      expect((await (await started()).enter({...group, isGlimpse: true})).ok).toBe(false)
    },
  )

  it.skipIf(missing)(
    'is not held up where the database is away, nor for ever where the clock was set back',
    async () => {
      const open = await opened()
      let at = Date.now() + 3_600_000
      const sends = await open(() => at)
      const once: Send = {chat: '1', limits: [{count: 1, ms: 60_000}]}
      const enter = (sends: SharedSends) => new SendRate(all, () => sends).enter(once)
      expect((await enter(sends)).ok).toBe(true)
      at -= 3_600_000
      // It looks for what was written before the clock was set back at its start, and now and then.
      expect((await enter(await open(() => at))).ok).toBe(true)
      const away = {take: () => Promise.reject(new Error('away'))}
      expect((await enter(new SharedSends({ledger: away, now: () => at, log}))).ok).toBe(true)
    },
  )
})
