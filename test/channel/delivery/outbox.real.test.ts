// What a person sees, whatever goes wrong: every part once at most; all of them, or a note, or a clear refusal.
import {join} from 'node:path'
import type {Carrier, FailedSend} from '@essence/core/channel/delivery/carrier'
import type {Jobs} from '@essence/core/channel/delivery/job'
import {deliver, resume} from '@essence/core/channel/delivery/outbox'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {temporaryFolder} from '../../temporary-folder.ts'
import {claimed, silent as log, openTestJobs} from './open-test-jobs.ts'

/** Time passes at once. */
let now = 0
const clock = {
  now: () => now,
  wait: async (ms: number) => {
    now += ms
  },
}

/** What becomes of one call of the platform. */
const fate = fc.constantFrom('sent', 'receipt lost', 'lost', 'busy', 'refused')
type Fate = 'sent' | 'receipt lost' | 'lost' | 'busy' | 'refused'

const judgements: Record<string, FailedSend> = {
  'receipt lost': {sent: 'unknown', again: true},
  lost: {sent: 'unknown', again: true},
  busy: {sent: 'no', again: true, afterMs: 1000},
  refused: {sent: 'no', again: false},
}

const note = 'note'

/** A platform with a person who reads what arrives. */
const platform = (fates: Fate[]) => {
  const read: string[] = []
  let refusals = 0
  let notes = 0
  const carrier: Carrier<string> = {
    async send(part, _, begin) {
      await begin()
      const what = fates.shift() ?? 'sent'
      if (what === 'refused') refusals++
      if (part === note && what.includes('lost')) notes++
      if (what === 'sent' || what === 'receipt lost') read.push(part)
      if (what !== 'sent') throw new Error(what)
    },
    judge: error => judgements[(error as Error).message] ?? {sent: 'unknown', again: false},
    lasts: () => true,
    note,
  }
  return {read, carrier, wasRefused: () => refusals > 0, lostNotes: () => notes}
}

/** A process that dies at its nth step: nothing it waits for ever comes. */
const mortal = (steps: number) => {
  const died = Promise.withResolvers<'died'>()
  let left = steps
  const step = async (): Promise<void> => {
    if (left-- > 0) return
    died.resolve('died')
    await new Promise(() => {})
  }
  return {died: died.promise, step}
}

/** Jobs of a process that may die before and after each of its writes. */
const mortalJobs = (jobs: Jobs<string, string>, step: () => Promise<void>): Jobs<string, string> => {
  const around =
    <A extends unknown[]>(write: (...args: A) => Promise<void>) =>
    async (...args: A): Promise<void> => {
      await step()
      await write(...args)
      await step()
    }
  return {...jobs, receive: around(jobs.receive), change: around(jobs.change), end: around(jobs.end)}
}

/** A message that is being answered. */
const asked = async () => {
  const jobs = await openTestJobs(join(temporaryFolder(), 'jobs'), {now: clock.now})
  await jobs.receive({id: '1', lane: '1', message: 'question'})
  return {jobs, job: await claimed(jobs)}
}

describe('an answer', () => {
  it('reaches the person once, or they are told, wherever the process dies and whatever the platform does', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fate, {maxLength: 12}),
        fc.array(fc.nat({max: 14}), {maxLength: 3}),
        fc.integer({min: 1, max: 4}),
        async (fates, lives, count) => {
          const folder = temporaryFolder()
          const parts = Array.from({length: count}, (_, index) => `part ${index}`)
          const {read, carrier, wasRefused, lostNotes} = platform(fates)
          let outcome: string = 'died'
          for (const steps of [...lives, Number.POSITIVE_INFINITY]) {
            const {died, step} = mortal(steps)
            const jobs = await openTestJobs(join(folder, 'jobs'), {now: clock.now})
            // It may have died in a pause.
            await clock.wait(60_000)
            await jobs.reclaim()
            const dying = mortalJobs(jobs, step)
            const mortalCarrier: Carrier<string> = {
              ...carrier,
              async send(part, signal, begin) {
                // It may have to wait before it may go out.
                await step()
                const begun = async (): Promise<void> => {
                  await begin()
                  await step()
                }
                await carrier.send(part, signal, begun).finally(step)
              },
            }
            const life = async (): Promise<string> => {
              await dying.receive({id: '1', lane: '1', message: 'question'})
              const job = await jobs.claim()
              // It died when all was over.
              if (!job) return 'over'
              const options = {jobs: dying, carrier: mortalCarrier, clock, log}
              const {signal} = new AbortController()
              const sent =
                job.state === 'sending'
                  ? await resume(job, options, signal)
                  : await deliver(job, parts, options, signal)
              await dying.end('1', {state: 'done'})
              return sent
            }
            outcome = await Promise.race([life(), died])
            await jobs.close()
            if (outcome !== 'died') break
          }
          const answers = read.filter(part => part !== note)
          expect(new Set(answers).size).toBe(answers.length)
          expect(answers).toEqual(parts.filter(part => answers.includes(part)))
          if (outcome === 'sent') expect(answers).toEqual(parts)
          // All of it, or a note, or a person who cannot be written to; a note is given up only where none of many goes through.
          if (!wasRefused()) expect(answers.length === count || read.includes(note) || lostNotes() >= 5).toBe(true)
        },
      ),
      {numRuns: 150},
    )
  })

  it('of which nothing was doubtful has no note', async () => {
    const {read, carrier} = platform(['busy', 'sent', 'busy', 'busy', 'sent'])
    const {jobs, job} = await asked()
    const options = {jobs, carrier, clock, log}
    expect(await deliver(job, ['a', 'b'], options, new AbortController().signal)).toBe('sent')
    expect(read).toEqual(['a', 'b'])
  })

  it('whose note is lost gets another, until one arrives', async () => {
    const {read, carrier} = platform(['lost', 'lost', 'lost', 'busy', 'sent'])
    const {jobs, job} = await asked()
    const options = {jobs, carrier, clock, log}
    expect(await deliver(job, ['a'], options, new AbortController().signal)).toBe('uncertain')
    expect(read).toEqual([note])
  })

  it('of a part that is refused is sent in another form, where there is one', async () => {
    const {read, carrier} = platform(['refused', 'sent'])
    const {jobs, job} = await asked()
    const instead = (part: string): string[] => [`${part} in words`]
    const options = {jobs, carrier: {...carrier, instead}, clock, log}
    expect(await deliver(job, ['a', 'b'], options, new AbortController().signal)).toBe('sent')
    expect(read).toEqual(['a in words', 'b'])
  })

  it('that cannot be stored whole is made anew after a stop before anything went out', async () => {
    const {carrier} = platform(['busy'])
    const {jobs, job} = await asked()
    const abort = new AbortController()
    const waits = {...clock, wait: async (ms: number) => (ms < 1000 ? undefined : abort.abort())}
    const options = {jobs, carrier: {...carrier, lasts: () => false}, clock: waits, log}
    await expect(deliver(job, ['a'], options, abort.signal)).rejects.toMatchObject({code: 'CANCELLED'})
    await jobs.release('1')
    // Not before the platform asked for.
    expect(await jobs.claim()).toBeUndefined()
    await clock.wait(1000)
    expect(await claimed(jobs)).toMatchObject({state: 'received', suspect: false})
  })
})
