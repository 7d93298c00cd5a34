import {join} from 'node:path'
import type {Jobs} from '@essence/core/channel/delivery/job'
import {natsJobs} from '@essence/core/channel/delivery/nats/nats-jobs'
import {sharedJobs} from '@essence/core/channel/delivery/shared-jobs'
import {openSharedPostgres} from '@essence/core/store/shared/postgres'
import * as z from 'zod'
import {noPostgres, type PostgresServer, startPostgres} from '../../store/postgres-server.ts'
import type {SharedKind} from '../../store/shared-databases.ts'
import {temporaryFolder} from '../../temporary-folder.ts'
import {natsKind} from '../nats-kind.ts'
import {silent as log, openTestJobs} from './open-test-jobs.ts'

interface JobsOptions {
  worker?: string
  now?: () => number
  /** Default: it passes as `now` does. */
  running?: () => number
}

/** Opens the jobs of a place, as often as one likes. */
type Open = (options?: JobsOptions) => Promise<Jobs<string, string>>

/** Where jobs are kept: every suite about them runs on each. */
export type JobsKind = SharedKind<Open>

export const jobKinds = (): JobsKind[] => {
  let postgres: Promise<PostgresServer> | undefined
  return [
    {
      name: 'SQLite',
      missing: '',
      async prepare() {
        const path = join(temporaryFolder(), 'jobs')
        return options => openTestJobs(path, options)
      },
      stop: async () => {},
    },
    {
      name: 'PostgreSQL',
      missing: noPostgres,
      async prepare() {
        postgres ??= startPostgres()
        const url = await (await postgres).database()
        return async ({worker = 'one', now = Date.now, running = now} = {}) => {
          const db = await openSharedPostgres({url})
          const texts = {message: z.string(), part: z.string()}
          const jobs = sharedJobs({db, channel: 'test:1', worker, ...texts, now, running, log})
          return {...jobs, close: () => db.close()}
        }
      },
      stop: async () => (await postgres)?.stop(),
    },
    natsKind<Open>(({channel, connect}) => async ({worker = 'one', now = Date.now, running = now} = {}) => {
      const nats = await connect()
      const jobs = natsJobs({nats, channel, worker, message: z.string(), part: z.string(), now, running, log})
      return {
        ...jobs,
        async close() {
          await jobs.close()
          await nats.close()
        },
      }
    }),
  ]
}
