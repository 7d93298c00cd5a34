// After an end without warning: what may have caused it is found out, and nothing else is blamed.

import {type WriteDurably, writeDurably} from '@essence/core/channel/delivery/durable-file'
import type {Entry} from '@essence/core/channel/delivery/entry'
import {Inbox} from '@essence/core/channel/delivery/inbox'
import {Journal} from '@essence/core/channel/delivery/journal'
import {EssenceError} from '@essence/core/kit/errors'
import fc from 'fast-check'
import {pino} from 'pino'
import {describe, expect, it} from 'vitest'
import * as z from 'zod'
import {temporaryFolder} from '../../temporary-folder.ts'

const log = pino({level: 'silent'})
const clock = {now: () => 1000, wait: async () => {}}
const maxCrashes = 3

interface Life {
  /** Messages that end the process while they are worked on. */
  poison: ReadonlySet<string>
  /** Resolves when the process has died. */
  died: PromiseWithResolvers<void>
}

/** A process: it works on messages as a channel does, and dies of the poisonous ones. */
const live = async (folder: string, messages: string[], {poison, died}: Life) => {
  let dead = false
  let writing: Promise<void> = Promise.resolve()
  const write: WriteDurably = async (path, text) => {
    if (!dead) {
      writing = writeDurably(path, text)
      await writing
    }
    if (dead) await new Promise(() => {})
  }
  const journal = await Journal.open({folder, message: z.string(), part: z.string(), log, write})
  const answered: string[] = []
  const givenUp: string[] = []
  const inbox = new Inbox<string, string>({
    journal,
    idOf: message => message,
    laneOf: message => message,
    admit: message => message,
    parallel: 3,
    count: () => {},
    clock,
    log,
    async work({id, crashes}: Entry<string, string>) {
      if (dead) return await new Promise(() => {})
      if (crashes >= maxCrashes) {
        givenUp.push(id)
        await journal.change(id, {state: 'done'})
        return
      }
      await journal.change(id, {state: 'working'})
      // Everything that runs beside it has begun by then.
      for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate)
      if (dead) return await new Promise(() => {})
      if (poison.has(id)) {
        dead = true
        died.resolve()
        return await new Promise(() => {})
      }
      answered.push(id)
      await journal.change(id, {state: 'done'})
    },
  })
  const work = async (): Promise<void> => {
    await inbox.recover()
    await inbox.accept(messages)
    while (!dead && journal.unanswered().length > 0) await new Promise(setImmediate)
  }
  await Promise.race([work(), died.promise])
  // What was being written when it died is on the disk, or is not, before the next one looks.
  await writing
  return {answered, givenUp, died: dead}
}

describe('after an end without warning', () => {
  it('only what ends the process alone is given up, and everything else is answered', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({min: 1, max: 8}),
        fc.array(fc.nat({max: 7}), {maxLength: 2}),
        async (count, poisonous) => {
          const folder = temporaryFolder()
          const messages = Array.from({length: count}, (_, index) => `m${index}`)
          const poison = new Set(poisonous.map(index => `m${index % count}`))
          const answered: string[] = []
          const givenUp: string[] = []
          // Each poison ends the process in company at most as often as there are others, then alone until it is given up.
          for (let lives = 0; lives <= poison.size * (poison.size + maxCrashes); lives++) {
            const life = await live(folder, messages, {poison, died: Promise.withResolvers<void>()})
            answered.push(...life.answered)
            givenUp.push(...life.givenUp)
            if (!life.died) break
          }
          expect(new Set(givenUp)).toEqual(poison)
          expect(new Set(answered)).toEqual(new Set(messages.filter(message => !poison.has(message))))
        },
      ),
      {numRuns: 40},
    )
  })
})

describe('a batch that cannot be stored', () => {
  it('is judged once, whatever else is taken over before it comes again', async () => {
    let isFull = true
    const write: WriteDurably = async (path, text) => {
      if (isFull && path.includes('full')) throw new EssenceError('DISK_FULL', 'There is no room.')
      await writeDurably(path, text)
    }
    const journal = await Journal.open({folder: temporaryFolder(), message: z.string(), part: z.string(), log, write})
    const judged: string[] = []
    const inbox = new Inbox<string, string>({
      ...{journal, clock, log, parallel: 1, count: () => {}, idOf: message => message, laneOf: message => message},
      admit: message => {
        judged.push(message)
        return message
      },
      work: ({id}) => journal.change(id, {state: 'done'}).then(() => undefined),
    })
    await expect(inbox.accept(['one', 'full'])).rejects.toMatchObject({code: 'DISK_FULL'})
    await inbox.accept(['another'])
    isFull = false
    await inbox.accept(['one', 'full'])
    await inbox.stop()
    expect(judged).toEqual(['one', 'full', 'another'])
  })
})
