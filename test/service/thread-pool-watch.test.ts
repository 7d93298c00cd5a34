import {pbkdf2} from 'node:crypto'
import {promisify} from 'node:util'
import {Health} from '@essence/core/service/health'
import {watchThreadPool} from '@essence/core/service/thread-pool-watch'
import {expect, it, vi} from 'vitest'

it('says that work on files waits, and that it goes on', async () => {
  const health = new Health('test', '0')
  const end = watchThreadPool(health, 20)
  expect(health.report().status).toBe('starting')
  // More than the pool has threads, each for a while.
  const busy = Promise.all(Array.from({length: 16}, () => promisify(pbkdf2)('x', 'y', 200_000, 32, 'sha256')))
  await vi.waitFor(() => expect(health.report().checks['files']?.status).toBe('unhealthy'))
  await busy
  await vi.waitFor(() => expect(health.report().checks['files']).toEqual({status: 'healthy'}))
  end()
})
