// A part that has to wait before it may go out has surely not arrived: whatever ends the wait costs nobody an answer.

import type {Carrier} from '@essence/core/channel/delivery/carrier'
import type {Jobs} from '@essence/core/channel/delivery/job'
import {deliver, resume} from '@essence/core/channel/delivery/outbox'
import {afterAll, describe, expect, it} from 'vitest'
import {jobKinds} from './job-kinds.ts'
import {claimed, silent as log} from './open-test-jobs.ts'

const clock = {now: Date.now, wait: async () => {}}

/** A platform whose rate has no place for some parts. @param read what has arrived */
const carrierTo = (read: string[], waiting: readonly string[] = [], lasts = true): Carrier<string> => ({
  async send(part, signal, begin) {
    if (waiting.includes(part)) {
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    }
    await begin()
    read.push(part)
  },
  judge: () => ({sent: 'unknown', again: false}),
  lasts: () => lasts,
  note: 'note',
})

/** Resolves when it is recorded that this part is the next. */
const watched = (jobs: Jobs<string, string>, part: number) => {
  const recorded = Promise.withResolvers<void>()
  const change: typeof jobs.change = async (id, change) => {
    await jobs.change(id, change)
    if (change.progress?.next === part || change.waitMs !== undefined) recorded.resolve()
  }
  return {jobs: {...jobs, change}, recorded: recorded.promise}
}

for (const {name, missing, prepare, stop} of jobKinds()) {
  describe.skipIf(missing !== '')(`a part that waits for its place, jobs in ${name}${missing}`, () => {
    afterAll(stop)

    it.each([0, 1])('when its process dies: part %i is sent by the next one, without a note', async part => {
      const parts = ['a', 'b']
      const open = await prepare()
      const opened = await open()
      await opened.receive({id: '1', lane: '1', message: 'question'})
      const {jobs, recorded} = watched(opened, part)
      const read: string[] = []
      const carrier = carrierTo(read, parts.slice(part))
      const stopping = new AbortController()
      const dead = deliver(await claimed(jobs), parts, {jobs, carrier, clock, log}, stopping.signal)
      await recorded

      const next = await open()
      await next.reclaim()
      const job = await claimed(next)
      expect(job.progress).toMatchObject({next: part, inFlight: false})
      const options = {jobs: next, carrier: carrierTo(read), clock, log}
      expect(await resume(job, options, new AbortController().signal)).toBe('sent')
      expect(read).toEqual(parts)
      stopping.abort()
      await expect(dead).rejects.toMatchObject({code: 'CANCELLED'})
      await next.close()
      await opened.close()
    })

    it('when its process dies, and it is not stored: its message is answered anew, and suspected of nothing', async () => {
      const open = await prepare()
      const opened = await open()
      await opened.receive({id: '1', lane: '1', message: 'question'})
      const {jobs, recorded} = watched(opened, 1)
      const stopping = new AbortController()
      const options = {jobs, carrier: carrierTo([], ['a'], false), clock, log}
      const dead = deliver(await claimed(jobs), ['a'], options, stopping.signal)
      await recorded
      const next = await open()
      await next.reclaim()
      expect(await claimed(next)).toMatchObject({state: 'received', suspect: false, crashes: 0})
      stopping.abort()
      await expect(dead).rejects.toMatchObject({code: 'CANCELLED'})
      await next.close()
      await opened.close()
    })

    it('in many lanes holds up none that does not', async () => {
      const open = await prepare()
      const jobs = await open()
      for (let n = 0; n < 120; n++) {
        const id = `paused-${n}`
        await jobs.receive({id, lane: id, message: 'question'})
        await claimed(jobs)
        await jobs.change(id, {waitMs: 600_000})
        await jobs.release(id)
      }
      expect(await jobs.claim()).toBeUndefined()
      await jobs.receive({id: 'other', lane: 'other', message: 'question'})
      await expect.poll(async () => (await jobs.claim())?.id).toBe('other')
      await jobs.close()
    })

    it('when the service stops: it is given back as what has not been sent', async () => {
      const open = await prepare()
      const opened = await open()
      await opened.receive({id: '1', lane: '1', message: 'question'})
      const {jobs, recorded} = watched(opened, 0)
      const stopping = new AbortController()
      const carrier = carrierTo([], ['a'])
      const sending = deliver(await claimed(jobs), ['a'], {jobs, carrier, clock, log}, stopping.signal)
      await recorded
      stopping.abort()
      await expect(sending).rejects.toMatchObject({code: 'CANCELLED'})
      await jobs.release('1')
      expect((await claimed(jobs)).progress).toMatchObject({next: 0, inFlight: false, uncertain: false})
      await opened.close()
    })
  })
}
