import {mapLimit} from '@essence/core/kit/flow/map-limit'
import fc from 'fast-check'
import {expect, it} from 'vitest'

const ticks = async (count: number): Promise<void> => {
  for (let tick = 0; tick < count; tick++) await undefined
}

it('never more than the limit, in order; after a failure none begins, and all that was begun has ended', async () => {
  const task = fc.record({works: fc.nat(8), fails: fc.boolean()})
  const tasks = fc.array(task, {maxLength: 15})
  await fc.assert(
    fc.asyncProperty(tasks, fc.integer({min: 1, max: 4}), async (list, limit) => {
      const begun: number[] = []
      let running = 0
      let failed: number | undefined
      const result = mapLimit(list, limit, async ({works, fails}, index) => {
        expect(failed).toBeUndefined()
        begun.push(index)
        expect(++running).toBeLessThanOrEqual(limit)
        await ticks(works)
        running--
        if (!fails) return index
        failed ??= index
        throw new Error(`${index}`)
      })
      const outcome = await Promise.allSettled([result])
      expect(running).toBe(0)
      expect(begun).toEqual(begun.map((_, index) => index))
      if (failed !== undefined) expect(outcome).toMatchObject([{reason: {message: `${failed}`}}])
      else expect(outcome).toMatchObject([{value: [...list.keys()]}])
    }),
  )
})
