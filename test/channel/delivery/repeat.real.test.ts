// A platform that knows what came before, for a while: what may have arrived is sent again, and is there once.
import {join} from 'node:path'
import type {Carrier} from '@essence/core/channel/delivery/carrier'
import type {Jobs} from '@essence/core/channel/delivery/job'
import {deliver, resume} from '@essence/core/channel/delivery/outbox'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {temporaryFolder} from '../../temporary-folder.ts'
import {claimed, silent as log, openTestJobs} from './open-test-jobs.ts'

const knownMs = 120_000
const note = 'note'

/** What becomes of one call: `late` ones are carried out, and never answered. */
const fate = fc.constantFrom('sent', 'late', 'lost', 'busy')

const timed = () => {
  let now = 1_000_000
  const clock = {
    now: () => now,
    wait: async (ms: number) => {
      now += ms
    },
  }
  return {
    clock,
    pass: (ms: number) => {
      now += ms
    },
  }
}

/** A platform by whose keys a part is known again. */
const platform = (fates: string[], now: () => number) => {
  const read: string[] = []
  const known = new Map<string, number>()
  const carrier: Carrier<string> = {
    async send(part, _, begin) {
      await begin()
      const what = fates.shift() ?? 'sent'
      if (what === 'sent' || what === 'late') {
        const at = known.get(part)
        if (at === undefined || now() - at >= knownMs) read.push(part)
        if (at === undefined || now() - at >= knownMs) known.set(part, now())
      }
      if (what !== 'sent') throw new Error(what)
    },
    judge: error => {
      const {message} = error as Error
      return message === 'busy' ? {sent: 'no', again: true, afterMs: 1000} : {sent: 'unknown', again: true}
    },
    repeatableMs: part => (part === note ? 0 : knownMs),
    lasts: () => true,
    note,
  }
  return {read, carrier}
}

const asked = async (now: () => number): Promise<{jobs: Jobs<string, string>; path: string}> => {
  const path = join(temporaryFolder(), 'jobs')
  const jobs = await openTestJobs(path, {now})
  await jobs.receive({id: '1', lane: '1', message: 'question'})
  return {jobs, path}
}

describe('a part that the platform knows again', () => {
  it('is there once, and without a note, as long as one attempt of those in time succeeds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fate, {maxLength: 4}), fc.integer({min: 1, max: 3}), async (fates, count) => {
        const {clock} = timed()
        const {jobs} = await asked(clock.now)
        const parts = Array.from({length: count}, (_, index) => `part ${index}`)
        const {read, carrier} = platform(fates, clock.now)
        const options = {jobs, carrier, clock, log}
        const outcome = await deliver(await claimed(jobs), parts, options, new AbortController().signal)
        expect([outcome, read]).toEqual(['sent', parts])
        await jobs.close()
      }),
      {numRuns: 60},
    )
  })

  it('is doubtful, and said to be, once the platform has forgotten it', async () => {
    const {clock} = timed()
    const {jobs} = await asked(clock.now)
    const {read, carrier} = platform(Array(200).fill('late'), clock.now)
    const sending = {
      ...carrier,
      send: async (part: string, signal: AbortSignal, begin: () => Promise<void>) => {
        if (part === note) read.push(note)
        else await carrier.send(part, signal, begin)
      },
    }
    const options = {jobs, carrier: sending, clock, log}
    expect(await deliver(await claimed(jobs), ['a'], options, new AbortController().signal)).toBe('uncertain')
    expect(read).toEqual(['a', note])
  })

  it.each([
    ['in time is sent again', 60_000, ['a', 'b'], 'sent'],
    ['too late is not', 200_000, ['a', 'b', note], 'uncertain'],
  ])('under way when the process died, %s', async (_, later, expected, outcome) => {
    const {clock, pass} = timed()
    const {jobs, path} = await asked(clock.now)
    const {read, carrier} = platform([], clock.now)
    const dying: Carrier<string> = {
      ...carrier,
      async send(part, signal, begin) {
        await carrier.send(part, signal, begin)
        await new Promise(() => {})
      },
    }
    const job = await claimed(jobs)
    void deliver(job, ['a', 'b'], {jobs, carrier: dying, clock, log}, new AbortController().signal)
    while (read.length === 0) await new Promise(resolve => setImmediate(resolve))
    pass(later)
    const next = await openTestJobs(path, {now: clock.now})
    await next.reclaim()
    const again = await claimed(next)
    expect(again.state).toBe('sending')
    expect(await resume(again, {jobs: next, carrier, clock, log}, new AbortController().signal)).toBe(outcome)
    expect(read).toEqual(expected)
  })

  it('that is refused after it may have arrived is doubtful, not refused', async () => {
    const {clock} = timed()
    const {jobs} = await asked(clock.now)
    const {read, carrier} = platform(['late', 'no'], clock.now)
    const judge: Carrier<string>['judge'] = error =>
      (error as Error).message === 'no' ? {sent: 'no', again: false} : {sent: 'unknown', again: true}
    const options = {jobs, carrier: {...carrier, judge}, clock, log}
    expect(await deliver(await claimed(jobs), ['a'], options, new AbortController().signal)).toBe('uncertain')
    expect(read).toEqual(['a', note])
  })
})
