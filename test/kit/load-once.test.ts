import {loadOnce, openOnce} from '@essence/core/kit/load-once'
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

it('closes what was opened, once it is, and opens nothing to close it', async () => {
  const log: string[] = []
  const part = openOnce(async () => {
    await Promise.resolve()
    log.push('opened')
    return {close: async () => void log.push('closed')}
  })
  await part.close()
  expect(log).toEqual([])
  void part.open()
  await part.close()
  expect(log).toEqual(['opened', 'closed'])
})
