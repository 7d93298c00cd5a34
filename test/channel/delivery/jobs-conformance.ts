import type {Jobs} from '@essence/core/channel/delivery/job'
import {afterAll, describe, expect, it} from 'vitest'
import type {JobsKind} from './job-kinds.ts'
import {claimed} from './open-test-jobs.ts'
import {openTwo} from './open-two-workers.ts'

const hourMs = 3_600_000
const cancelled = {code: 'CANCELLED'}

/** What every place for jobs does. */
export const jobsConformance = (kind: JobsKind): void => {
  describe.skipIf(kind.missing !== '')(`jobs in ${kind.name}${kind.missing}`, () => {
    afterAll(() => kind.stop())

    const open = () => openTwo(kind)

    it('are known once they were received, and stay as they were', async () => {
      const {one, two, receive} = await open()
      expect(await one.knows('a-1')).toBe(false)
      await receive('a:1')
      expect(await two.knows('a-1')).toBe(true)
      await two.receive({id: 'a-1', lane: 'a', message: 'another'})
      expect(await claimed(two)).toMatchObject({id: 'a-1', message: 'a:1', state: 'received', crashes: 0, tries: 0})
      expect(await two.claim()).toBeUndefined()
      await two.end('a-1', {state: 'done'})
      await two.receive({id: 'a-1', lane: 'a', message: 'another'})
      expect(await one.knows('a-1')).toBe(true)
      expect(await one.claim()).toBeUndefined()
    })

    it('of one lane are claimed in order, one at a time, by whomever; those of others beside them', async () => {
      const {one, two, receive} = await open()
      await receive('a:1', 'a:2', 'b:1', 'a:3')
      expect((await claimed(one)).message).toBe('a:1')
      expect((await claimed(two)).message).toBe('b:1')
      expect(await one.claim()).toBeUndefined()
      expect(await two.claim()).toBeUndefined()
      await one.end('a-1', {state: 'done'})
      expect((await claimed(two)).message).toBe('a:2')
      expect(await one.claim()).toBeUndefined()
      await two.end('a-2', {state: 'done'})
      await two.end('b-1', {state: 'done'})
      expect((await claimed(one)).message).toBe('a:3')
    })

    it('of a lane with many let the others be answered', async () => {
      const {one, receive} = await open()
      await receive(...Array.from({length: 12}, (_, n) => `a:${n}`), 'b:0')
      const order: string[] = []
      for (let n = 0; n < 13; n++) {
        const {id} = await claimed(one)
        order.push(id)
        await one.end(id, {state: 'done'})
      }
      expect(order.filter(id => id.startsWith('a'))).toEqual(Array.from({length: 12}, (_, n) => `a-${n}`))
      expect(order).toContain('b-0')
    })

    it('keep what was noted with them', async () => {
      const {one, two, receive, pass} = await open()
      await receive('a:1')
      await claimed(one)
      const progress = {parts: ['x', 'y'], next: 1, inFlight: true, uncertain: false}
      await one.change('a-1', {state: 'sending', progress, mark: 'shown', joined: ['a-2']})
      expect(await two.claim()).toBeUndefined()
      pass(31_000)
      expect(await claimed(two)).toMatchObject({state: 'sending', progress, mark: 'shown', joined: ['a-2']})
    })

    it('that were taken over are closed to the worker that had them', async () => {
      const {one, two, receive, pass} = await open()
      await receive('a:1')
      await claimed(one)
      pass(29_000)
      expect(await two.claim()).toBeUndefined()
      expect(await one.renew()).toEqual(['a-1'])
      pass(29_000)
      expect(await two.claim()).toBeUndefined()
      pass(31_000)
      expect((await claimed(two)).suspect).toBe(true)
      await expect(one.change('a-1', {state: 'sending'})).rejects.toMatchObject(cancelled)
      await expect(one.end('a-1', {state: 'done'})).rejects.toMatchObject(cancelled)
      expect(await one.renew()).toEqual([])
      await one.release('a-1')
      await two.change('a-1', {state: 'sending'})
      await two.end('a-1', {state: 'done'})
      expect(await two.count()).toEqual({waiting: 0, working: 0, dead: 0})
    })

    it('of a worker are free at once when a process of its name starts', async () => {
      const {one, receive, worker} = await open()
      await receive('a:1', 'a:2')
      await claimed(one)
      const again = await worker('one')
      await again.reclaim()
      expect(await claimed(again)).toMatchObject({id: 'a-1', suspect: true, crashes: 0})
      await again.change('a-1', {alone: true})
      const third = await worker('one')
      await third.reclaim()
      expect(await claimed(third)).toMatchObject({id: 'a-1', suspect: true, crashes: 1})
      await third.change('a-1', {alone: true, state: 'sending'})
      const fourth = await worker('one')
      await fourth.reclaim()
      expect(await claimed(fourth)).toMatchObject({state: 'sending', crashes: 1})
    })

    it('that are given back are no crash; one that failed is counted, and left alone for a time', async () => {
      const {one, two, receive, pass} = await open()
      await receive('a:1')
      await claimed(one)
      await one.release('a-1')
      await claimed(two)
      await two.release('a-1', {why: 'it failed', afterMs: 10_000, outage: false})
      expect(await one.claim()).toBeUndefined()
      expect(await two.claim()).toBeUndefined()
      pass(10_001)
      await expect
        .poll(async () => await two.claim(), {timeout: 20_000})
        .toMatchObject({id: 'a-1', suspect: false, crashes: 0, tries: 1, outages: 0})
      await two.release('a-1', {why: 'the store is away', afterMs: 0, outage: true})
      expect(await claimed(two)).toMatchObject({tries: 1, outages: 1})
    }, 30_000)

    it('that pause are left alone until then, whoever has them, and are no suspects', async () => {
      const {one, two, receive, pass, worker} = await open()
      await receive('a:1', 'b:1')
      await claimed(one)
      await one.change('a-1', {state: 'received', waitMs: 600_000})
      await claimed(one)
      await one.change('b-1', {state: 'received', alone: true, waitMs: 600_000})
      await one.release('b-1')
      expect(await two.claim()).toBeUndefined()
      // The process that has the other one ends.
      const again = await worker('one')
      await again.reclaim()
      pass(599_000)
      expect(await again.claim()).toBeUndefined()
      expect(await two.claim()).toBeUndefined()
      pass(6_000)
      const found = [await claimed(again), await claimed(again)]
      expect(found.map(({id}) => id).sort()).toEqual(['a-1', 'b-1'])
      for (const job of found) expect(job).toMatchObject({suspect: false, crashes: 0})
    })

    it('that wait are told, ended with another, and dropped', async () => {
      const {one, two, receive} = await open()
      await receive('a:1', 'a:2', 'a:3', 'a:4', 'b:1')
      await claimed(one)
      expect((await two.waiting('a')).map(({message}) => message)).toEqual(['a:2', 'a:3', 'a:4'])
      await two.drop(['a-3', 'a-1'])
      await one.change('a-1', {joined: ['a-2']})
      await one.end('a-1', {state: 'done'}, ['a-2'])
      expect((await two.waiting('a')).map(({id}) => id)).toEqual(['a-4'])
      expect([(await claimed(two)).id, (await claimed(two)).id].sort()).toEqual(['a-4', 'b-1'])
      expect(await two.claim()).toBeUndefined()
      expect(await one.knows('a-3')).toBe(true)
    })

    it('stop: what is worked on is told, what waits ends', async () => {
      const {one, two, receive} = await open()
      await receive('a:1', 'a:2', 'b:1')
      await claimed(one)
      await claimed(one)
      await receive('a:stop')
      await two.stop('a', 'a-stop')
      expect(await one.stopped()).toEqual(['a-1'])
      expect(await two.stopped()).toEqual([])
      await one.change('a-1', {mark: 'still ours'})
      await one.end('a-1', {state: 'done'})
      expect(await one.stopped()).toEqual([])
      expect((await claimed(one)).id).toBe('a-stop')
    })

    it('are counted; those given up are kept', async () => {
      const {one, receive, pass} = await open()
      await receive('a:1', 'a:2', 'b:1', 'c:1')
      await claimed(one)
      await claimed(one)
      expect(await one.count()).toEqual({waiting: 2, working: 2, dead: 0})
      await one.end('a-1', {state: 'dead', failure: 'it ends the process'})
      expect(await one.count()).toEqual({waiting: 2, working: 1, dead: 1})
      pass(31_000)
      expect(await one.count()).toEqual({waiting: 3, working: 0, dead: 1})
      expect(await one.knows('a-1')).toBe(true)
    })

    it('are forgotten two days after they were answered, a week after they were given up, and not while they wait', async () => {
      const {one, two, receive, pass} = await open()
      await receive('a:1', 'b:1', 'c:1')
      await claimed(one)
      await claimed(one)
      await one.end('a-1', {state: 'done'})
      await one.end('b-1', {state: 'dead', failure: 'it ends the process'})
      const known = () => Promise.all(['a-1', 'b-1', 'c-1'].map(id => two.knows(id)))
      pass(47 * hourMs)
      await two.prune()
      expect(await known()).toEqual([true, true, true])
      pass(2 * hourMs)
      await two.prune()
      expect(await known()).toEqual([false, true, true])
      pass(7 * 24 * hourMs)
      await two.prune()
      expect(await known()).toEqual([false, false, true])
      expect(await two.count()).toEqual({waiting: 1, working: 0, dead: 0})
      // It is new again.
      await receive('a:1')
      expect(await known()).toEqual([true, false, true])
    })

    it('wake a worker that waits', async () => {
      const {one, two, receive} = await open()
      expect(await two.claim()).toBeUndefined()
      const {signal} = new AbortController()
      const woken = (async () => {
        for (;;) {
          const job = await two.claim()
          if (job) return job
          await two.changed(signal)
        }
      })()
      await receive('a:1')
      expect((await woken).message).toBe('a:1')
      await one.changed(AbortSignal.abort())
    })

    it('are claimed once each by many that look at the same time', async () => {
      const {one, two, receive, worker} = await open()
      await receive(...Array.from({length: 40}, (_, n) => `${n % 10}:${n}`))
      const got: string[] = []
      const work = async (jobs: Jobs<string, string>): Promise<void> => {
        while (got.length < 40) {
          const job = await jobs.claim()
          if (!job) {
            await jobs.changed(AbortSignal.timeout(50))
            continue
          }
          got.push(job.message)
          await jobs.end(job.id, {state: 'done'})
        }
      }
      await Promise.all([one, two, await worker('three')].map(work))
      expect(new Set(got).size).toBe(40)
      for (let lane = 0; lane < 10; lane++) {
        const ofLane = got.filter(message => message.startsWith(`${lane}:`))
        expect(ofLane).toEqual([0, 10, 20, 30].map(n => `${lane}:${n + lane}`))
      }
    }, 30_000)
  })
}
