import {hostname} from 'node:os'
import type * as z from 'zod'
import type {Settings} from '../../config/schema.ts'
import type {Log} from '../../service/log.ts'
import {openShared} from '../../store/shared/open.ts'
import type {Jobs} from './job.ts'
import {sharedJobs} from './shared-jobs.ts'

export interface OpenJobsOptions<Message, Part> {
  /** `telegram:4711`: one of several bots of a machine. */
  channel: string
  /** Name of this worker among those of the channel. Default: `service@` and the host's. */
  worker?: string | undefined
  /** What is kept of a message, and of each part of its answer. */
  message: z.ZodType<Message>
  part: z.ZodType<Part>
  now: () => number
  log: Log
}

/** The jobs of a channel, where the settings keep them. @throws STORE_UNAVAILABLE, DISK_FULL, DATA_DIR_UNWRITABLE */
export const openJobs = async <Message, Part>(
  settings: Pick<Settings, 'JUNE_DATA_DIR' | 'POSTGRES_URL'>,
  {worker = `service@${hostname()}`, ...options}: OpenJobsOptions<Message, Part>,
): Promise<Jobs<Message, Part>> => {
  const db = await openShared({dataDir: settings.JUNE_DATA_DIR, url: settings.POSTGRES_URL})
  const jobs = sharedJobs({...options, worker, db})
  return {
    ...jobs,
    async close() {
      await jobs.close()
      await db.close()
    },
  }
}
