import {EssenceError} from '@essence/core/kit/errors'
import {whenHealthy} from '@essence/core/rpc/client'
import {expect, it} from 'vitest'

/** A service that says for a while that it is loading, longer than is waited for one that says nothing. */
const loadingFor = (ms: number) => {
  const until = performance.now() + ms
  return async () => (performance.now() < until ? undefined : 'ready')
}

it('a service that says that it is loading is waited for anew, where the caller sets no time', async () => {
  await expect(whenHealthy('The service', loadingFor(500), {waitMs: 100, extend: true})).resolves.toBe('ready')
  await expect(whenHealthy('The service', loadingFor(5000), {waitMs: 100})).rejects.toMatchObject({
    code: 'REMOTE_UNREACHABLE',
  })
})

it('one that does not answer is not', async () => {
  const silent = async () => {
    throw new EssenceError('REMOTE_UNREACHABLE', 'The service cannot be reached.')
  }
  await expect(whenHealthy('The service', silent, {waitMs: 100, extend: true})).rejects.toMatchObject({
    message: expect.stringContaining('was not ready within'),
  })
})
