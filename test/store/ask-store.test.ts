import {EssenceError} from '@essence/core/kit/errors'
import {askStore} from '@essence/core/store/ask-store'
import type {Store} from '@essence/core/store/store'
import {describe, expect, it} from 'vitest'

const store = {where: 'host/june'} as Store
const failing = (error: unknown) => askStore(store)(() => Promise.reject(error))
const withCode = (code: string): Error => Object.assign(new Error('refused'), {code})
const byDrizzle = (cause: Error): Error => new Error('Failed query: select … params: a secret', {cause})

describe('asking a database', () => {
  it('that does not answer ends soon', async () => {
    const asked = askStore(store, 5)(() => new Promise(() => {}))
    await expect(asked).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringContaining('host/june'),
    })
  })

  it.each([
    ['refused', withCode('ECONNREFUSED')],
    ['ended', new Error('Connection terminated unexpectedly')],
    ['stopping', withCode('57P01')],
    ['full', byDrizzle(withCode('53100'))],
    ['a thread that ended', new EssenceError('ENGINE_FAILED', 'The embedded database ended.')],
  ])('that cannot be used says so: %s', async (_, error) => {
    await expect(failing(error)).rejects.toMatchObject({code: 'STORE_UNAVAILABLE'})
    await expect(failing(error)).rejects.not.toThrow('secret')
  })

  it.each([
    ['a constraint', withCode('23505')],
    ['a defect', new TypeError('x is undefined')],
    ['what was refused', new EssenceError('FACT_UNKNOWN', 'no such fact')],
  ])('passes on other errors: %s', async (_, error) => {
    await expect(failing(error)).rejects.toBe(error)
    await expect(failing(byDrizzle(error))).rejects.toBe(error)
  })
})
