import type {Job, Jobs} from '@essence/core/channel/delivery/job'
import {sharedJobs} from '@essence/core/channel/delivery/shared-jobs'
import {openSharedSqlite} from '@essence/core/store/shared/sqlite'
import {pino} from 'pino'
import * as z from 'zod'

export const silent = pino({level: 'silent'})

/** Jobs of texts in a database in memory's place: a file of their own. */
export const openTestJobs = async (
  path: string,
  {worker = 'one', now = Date.now, running = now}: {worker?: string; now?: () => number; running?: () => number} = {},
): Promise<Jobs<string, string>> => {
  const db = await openSharedSqlite(path)
  const jobs = sharedJobs({
    db,
    channel: 'test:1',
    worker,
    message: z.string(),
    part: z.string(),
    now,
    running,
    log: silent,
  })
  return {...jobs, close: () => db.close()}
}

/** Claims what must be there. */
export const claimed = async (jobs: Jobs<string, string>): Promise<Job<string, string>> => {
  const job = await jobs.claim()
  if (!job) throw new Error('There was nothing to claim.')
  return job
}
