import {openChannelAccess} from '@essence/core/access/channel/open'
import type {NamedPeople} from '@essence/core/access/channel/port'
import {openChats} from '@essence/core/channel/chats'
import type {Jobs} from '@essence/core/channel/delivery/job'
import {type OpenJobsOptions, openJobs} from '@essence/core/channel/delivery/open-jobs'
import {memoryTurnLog} from '@essence/core/channel/turn-log'
import {openShared} from '@essence/core/store/shared/open'
import type {Value} from '@essence/core/store/shared/shared'
import {onTestFinished} from 'vitest'

interface BotStoresOptions<Message, Part>
  extends Pick<OpenJobsOptions<Message, Part>, 'channel' | 'message' | 'part' | 'log'> {
  folder: string
  named: NamedPeople
  clock?: {now(): number} | undefined
  /** Changes what keeps the messages. */
  keep?: ((jobs: Jobs<Message, Part>) => Jobs<Message, Part>) | undefined
}

const settingsOf = (folder: string) => ({JUNE_DATA_DIR: folder, POSTGRES_URL: undefined, TIME_ZONE: undefined})

/** What a bot keeps in a folder, as its service opens it. */
export const botStores = <Message, Part>(options: BotStoresOptions<Message, Part>) => {
  const {folder, named, clock = Date, keep, ...jobs} = options
  const settings = settingsOf(folder)
  const now = (): number => clock.now()
  return {
    openAccess: () => openChannelAccess(settings, {named: [named], now}),
    openChats: () => openChats(settings, options.channel),
    openJobs: async () => {
      const opened = await openJobs(settings, {...jobs, now, running: now})
      return keep?.(opened) ?? opened
    },
    turnLog: memoryTurnLog(),
  }
}

/** Who may talk, as another process knows it; closed when the test ends. */
export const accessOf = async (folder: string, named: NamedPeople[] = []) => {
  const access = await openChannelAccess(settingsOf(folder), {named})
  onTestFinished(() => access.close())
  return access
}

/** What is kept of each message, by its id. */
export const kept = async (folder: string): Promise<Record<string, Record<string, Value>>> => {
  const db = await openShared({dataDir: folder})
  try {
    const rows = await db.run('select * from jobs')
    return Object.fromEntries(rows.map(row => [String(row['id']), row]))
  } finally {
    await db.close()
  }
}
