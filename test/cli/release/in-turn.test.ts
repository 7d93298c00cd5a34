import {setImmediate} from 'node:timers/promises'
import {inTurn} from '@essence/core/cli/release/in-turn'
import {EssenceError} from '@essence/core/kit/errors'
import {expect, it} from 'vitest'

it('one after another; a failure is its own only', async () => {
  const oneByOne = inTurn()
  const log: string[] = []
  const outcomes = await Promise.allSettled(
    ['a', 'b', 'c'].map(name =>
      oneByOne(async () => {
        log.push(`begin ${name}`)
        await setImmediate()
        log.push(`end ${name}`)
        if (name === 'a') throw new EssenceError('RELEASE_UNFIT', 'a has no Node.js.')
        return name
      }),
    ),
  )
  expect(log).toEqual(['begin a', 'end a', 'begin b', 'end b', 'begin c', 'end c'])
  expect(outcomes).toMatchObject([{reason: {code: 'RELEASE_UNFIT'}}, {value: 'b'}, {value: 'c'}])
})

it('what is cancelled cancels those behind it', async () => {
  const oneByOne = inTurn()
  const begun: string[] = []
  const ask = (name: string) =>
    oneByOne(async () => {
      begun.push(name)
      if (name === 'b') throw new EssenceError('CANCELLED', 'Nothing was deployed.')
    })
  const outcomes = await Promise.allSettled([ask('a'), ask('b'), ask('c')])
  expect(begun).toEqual(['a', 'b'])
  expect(outcomes).toMatchObject([{status: 'fulfilled'}, {reason: {code: 'CANCELLED'}}, {reason: {code: 'CANCELLED'}}])
})
