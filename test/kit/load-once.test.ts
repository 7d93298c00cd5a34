import {loadOnce} from '@essence/core/kit/load-once'
import {expect, it} from 'vitest'

it('loads once for all who ask, and again after a failure only', async () => {
  let loads = 0
  const load = loadOnce(async () => {
    loads++
    if (loads === 1) throw new Error('not there yet')
    return loads
  })
  const failed = await Promise.allSettled([load(), load()])
  expect(failed.map(({status}) => status)).toEqual(['rejected', 'rejected'])
  expect(loads).toBe(1)
  expect(await Promise.all([load(), load()])).toEqual([2, 2])
  expect(await load()).toBe(2)
})
