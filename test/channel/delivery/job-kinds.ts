import {join} from 'node:path'
import type {Jobs} from '@essence/core/channel/delivery/job'
import {openNats} from '@essence/core/channel/delivery/nats/connection'
import {natsJobs} from '@essence/core/channel/delivery/nats/nats-jobs'
import {sharedJobs} from '@essence/core/channel/delivery/shared-jobs'
import {openSharedPostgres} from '@essence/core/store/shared/postgres'
import * as z from 'zod'
import {type NatsServer, noNats, startNats} from '../../peers/nats-server.ts'
import {noPostgres, type PostgresServer, startPostgres} from '../../store/postgres-server.ts'
import {temporaryFolder} from '../../temporary-folder.ts'
import {silent as log, openTestJobs} from './open-test-jobs.ts'

interface JobsOptions {
  worker?: string
  now?: () => number
  /** Default: it passes as `now` does. */
  running?: () => number
}

/** Where jobs are kept: every suite about them runs on each. */
export interface JobsKind {
  name: string
  /** Ends the title of a suite that cannot run; empty where it can. */
  missing: string
  /** A new, empty place; what it returns opens the jobs there, as often as one likes. */
  prepare(): Promise<(options?: JobsOptions) => Promise<Jobs<string, string>>>
  /** After the last test. */
  stop(): Promise<void>
}

export const jobKinds = (): JobsKind[] => {
  let postgres: Promise<PostgresServer> | undefined
  let nats: Promise<NatsServer> | undefined
  let channels = 0
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
    {
      name: 'NATS',
      missing: noNats,
      async prepare() {
        nats ??= startNats()
        const {url} = await nats
        const channel = `test:${++channels}`
        return options => openNatsJobs(url, channel, options)
      },
      stop: async () => (await nats)?.stop(),
    },
  ]
}

/** Jobs of texts in NATS. */
const openNatsJobs = async (
  url: NatsServer['url'],
  channel: string,
  {worker = 'one', now = Date.now, running = now}: JobsOptions = {},
): Promise<Jobs<string, string>> => {
  const nats = await openNats({url, maxReconnect: -1, reconnectWaitMs: 100})
  const jobs = natsJobs({nats, channel, worker, message: z.string(), part: z.string(), now, running, log})
  return {
    ...jobs,
    async close() {
      await jobs.close()
      await nats.close()
    },
  }
}
