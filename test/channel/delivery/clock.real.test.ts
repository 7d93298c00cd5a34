// A clock that is set while messages wait, are answered, or pause: nothing is lost, doubled, or held up by it.
import {afterAll, describe, expect, it} from 'vitest'
import {jobKinds} from './job-kinds.ts'
import {claimed} from './open-test-jobs.ts'
import {openTwo} from './open-two-workers.ts'

const hourMs = 3_600_000

describe.each(jobKinds())('jobs in $name$missing', kind => {
  afterAll(() => kind.stop())

  describe.skipIf(kind.missing !== '').each([
    ['forward', 50 * hourMs],
    ['back', -50 * hourMs],
  ])('where the clock is set %s', (_, jump) => {
    it('count as just received, also those that are known', async () => {
      const {one, two, receive, pass, set} = await openTwo(kind)
      await receive('a:1', 'b:1')
      await claimed(one)
      await one.end('a-1', {state: 'done'})
      await two.prune()
      pass(hourMs)
      set(jump)
      expect((await claimed(two)).ageMs).toBeLessThan(1000)
      await one.prune()
      expect(await one.knows('a-1')).toBe(true)
      pass(49 * hourMs)
      await one.prune()
      expect(await one.knows('a-1')).toBe(false)
    })

    it('stay with a worker that lives, and pass on from one that does not', async () => {
      const {one, two, receive, pass, set} = await openTwo(kind)
      await receive('a:1')
      await claimed(one)
      expect(await two.claim()).toBeUndefined()
      set(jump)
      for (let renewals = 0; renewals < 8; renewals++) {
        expect(await two.claim()).toBeUndefined()
        pass(5000)
        expect(await one.renew()).toEqual(['a-1'])
      }
      expect(await two.claim()).toBeUndefined()
      pass(31_000)
      expect((await claimed(two)).id).toBe('a-1')
    })

    it('pause no longer than they should from then on', async () => {
      const {one, two, receive, pass, set} = await openTwo(kind)
      await receive('a:1')
      await claimed(one)
      await one.change('a-1', {waitMs: 600_000})
      await one.release('a-1')
      expect(await two.claim()).toBeUndefined()
      set(jump)
      expect(await two.claim()).toBeUndefined()
      pass(601_000)
      expect((await claimed(two)).id).toBe('a-1')
    })
  })
})
