import {hostname} from 'node:os'
import type * as z from 'zod'
import type {Settings} from '../../config/schema.ts'
import type {Log} from '../../service/log.ts'
import {openShared} from '../../store/shared/open.ts'
import type {Clocks} from './clock-watch.ts'
import type {Jobs} from './job.ts'
import {openNatsAt} from './open-nats.ts'
import {sharedJobs} from './shared-jobs.ts'

/** PostgreSQL has a clock of its own, and tells the time by that. */
export interface OpenJobsOptions<Message, Part> extends Clocks {
  /** `telegram:4711`: one of several bots of a machine. */
  channel: string
  /** Name of this worker among those of the channel. Default: `service@` and the host's. */
  worker?: string | undefined
  /** What is kept of a message, and of each part of its answer. */
  message: z.ZodType<Message>
  part: z.ZodType<Part>
  log: Log
}

/** Where jobs are kept: NATS_URL, else POSTGRES_URL, else a file in JUNE_DATA_DIR. */
export type JobsSettings = Pick<Settings, 'JUNE_DATA_DIR' | 'POSTGRES_URL'> &
  Partial<Pick<Settings, 'NATS_URL' | 'NATS_MAX_RECONNECT' | 'NATS_RECONNECT_WAIT'>>

/** The jobs of a channel, where the settings keep them. @throws STORE_UNAVAILABLE, DISK_FULL, DATA_DIR_UNWRITABLE */
export const openJobs = async <Message, Part>(
  settings: JobsSettings,
  {worker = `service@${hostname()}`, ...options}: OpenJobsOptions<Message, Part>,
): Promise<Jobs<Message, Part>> => {
  const {NATS_URL: url} = settings
  if (url) {
    const [nats, {natsJobs}] = await Promise.all([
      openNatsAt(url, settings, options.log),
      import('./nats/nats-jobs.ts'),
    ])
    return closing(natsJobs({...options, worker, nats}), nats)
  }
  const db = await openShared({dataDir: settings.JUNE_DATA_DIR, url: settings.POSTGRES_URL})
  return closing(sharedJobs({...options, worker, db, now: db.now ?? options.now}), db)
}

/** The same jobs, whose end is that of what keeps them. */
const closing = <Message, Part>(jobs: Jobs<Message, Part>, keeper: {close(): Promise<void>}): Jobs<Message, Part> => ({
  ...jobs,
  async close() {
    await jobs.close()
    await keeper.close()
  },
})
