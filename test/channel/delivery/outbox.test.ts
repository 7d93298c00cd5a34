// What a person sees, whatever goes wrong: every part once at most; all of them, or a note, or a clear refusal.
import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {writeDurably} from '@essence/core/channel/delivery/durable-file'
import {Journal} from '@essence/core/channel/delivery/journal'
import {type Carrier, deliver, type FailedSend, resume} from '@essence/core/channel/delivery/outbox'
import fc from 'fast-check'
import {pino} from 'pino'
import {describe, expect, it} from 'vitest'
import * as z from 'zod'
import {temporaryFolder} from '../../temporary-folder.ts'

const log = pino({level: 'silent'})
/** Time passes at once. */
const clock = {now: () => 0, wait: async () => {}}

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
    async send(part) {
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

const openJournal = (folder: string, write = writeDurably) =>
  Journal.open({folder, message: z.string(), part: z.string(), log, write})

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
            const journal = await openJournal(folder, async (path, text) => {
              await step()
              await writeDurably(path, text)
              await step()
            })
            const mortalCarrier: Carrier<string> = {
              ...carrier,
              async send(part, signal) {
                await step()
                await carrier.send(part, signal).finally(step)
              },
            }
            const life = async (): Promise<string> => {
              const known = journal.has('1')
              const entry = known ? journal.unanswered()[0] : await journal.receive('1', 'question', 0)
              // It died when all was over.
              if (!entry) return 'over'
              const options = {journal, carrier: mortalCarrier, clock, log}
              const {signal} = new AbortController()
              const sent =
                entry.state === 'sending'
                  ? await resume(entry, options, signal)
                  : await deliver(entry, parts, options, signal)
              await journal.change('1', {state: 'done'})
              return sent
            }
            outcome = await Promise.race([life(), died])
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
    const journal = await openJournal(temporaryFolder())
    const entry = await journal.receive('1', 'question', 0)
    const options = {journal, carrier, clock, log}
    expect(await deliver(entry, ['a', 'b'], options, new AbortController().signal)).toBe('sent')
    expect(read).toEqual(['a', 'b'])
  })

  it('whose note is lost gets another, until one arrives', async () => {
    const {read, carrier} = platform(['lost', 'lost', 'lost', 'busy', 'sent'])
    const journal = await openJournal(temporaryFolder())
    const entry = await journal.receive('1', 'question', 0)
    const options = {journal, carrier, clock, log}
    expect(await deliver(entry, ['a'], options, new AbortController().signal)).toBe('uncertain')
    expect(read).toEqual([note])
  })

  it('of a part that is refused is sent in another form, where there is one', async () => {
    const {read, carrier} = platform(['refused', 'sent'])
    const journal = await openJournal(temporaryFolder())
    const entry = await journal.receive('1', 'question', 0)
    const instead = (part: string): string[] => [`${part} in words`]
    const options = {journal, carrier: {...carrier, instead}, clock, log}
    expect(await deliver(entry, ['a', 'b'], options, new AbortController().signal)).toBe('sent')
    expect(read).toEqual(['a in words', 'b'])
  })

  it('that cannot be stored whole is made anew after a stop before anything went out', async () => {
    const folder = temporaryFolder()
    const {carrier} = platform(['busy'])
    const journal = await openJournal(folder)
    const entry = await journal.receive('1', 'question', 0)
    const abort = new AbortController()
    const waits = {now: () => 0, wait: async () => abort.abort()}
    const options = {journal, carrier: {...carrier, lasts: () => false}, clock: waits, log}
    await expect(deliver(entry, ['a'], options, abort.signal)).rejects.toMatchObject({code: 'CANCELLED'})
    expect(JSON.parse(await readFile(join(folder, '1.json'), 'utf8'))).toMatchObject({state: 'received'})
  })
})
