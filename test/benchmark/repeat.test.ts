import {repeat} from '@essence/core/benchmark/repeat'
import {expect, it} from 'vitest'

const {signal} = new AbortController()
const number = async (index: number) => index

it('makes the runs asked for, one at least, and none once the time is over', async () => {
  expect(await repeat({runs: 3, withinMs: Number.POSITIVE_INFINITY, signal}, number)).toEqual([0, 1, 2])
  expect(await repeat({runs: 3, withinMs: 0, signal}, number)).toEqual([0])
})

it('stops when it is cancelled', async () => {
  const options = {runs: 3, withinMs: 1000, signal: AbortSignal.abort()}
  await expect(repeat(options, number)).rejects.toMatchObject({code: 'CANCELLED'})
})
