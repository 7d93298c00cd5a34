import {openChannelAccess} from '../../access/channel/open.ts'
import type {NamedPeople} from '../../access/channel/port.ts'
import type {Settings} from '../../config/schema.ts'
import {openChats} from '../chats.ts'
import {type OpenJobsOptions, openJobs} from '../delivery/open-jobs.ts'
import {openSends} from '../send-rate/open-sends.ts'
import {openTurnLog} from '../turn-log.ts'
import type {BotSettings} from './bot-settings.ts'

export interface BotStoresOptions<Message, Part>
  extends Pick<OpenJobsOptions<Message, Part>, 'message' | 'part' | 'log'> {
  /** Whom the settings let in; its channel is the bot's. */
  named: NamedPeople
  bot: Pick<BotSettings, 'botId' | 'requestTimeoutMs'>
}

/** What is kept for a bot, where the settings keep it; each is to be closed. Opening throws STORE_UNAVAILABLE, DISK_FULL, DATA_DIR_UNWRITABLE. */
export const botStores = <Message, Part>(
  settings: Settings,
  {named, bot, message, part, log}: BotStoresOptions<Message, Part>,
) => {
  const channel = `${named.channel}:${bot.botId}`
  return {
    /** @param worker as `openJobs` has it */
    openJobs: (worker?: string) => openJobs(settings, {channel, worker, message, part, now: Date.now, log}),
    openAccess: () => openChannelAccess(settings, {named: [named]}),
    openChats: () => openChats(settings, channel),
    /** What all processes of the bot send. */
    openSends: () => openSends(settings, {channel, longestMs: bot.requestTimeoutMs, now: Date.now, log}),
    turnLog: openTurnLog(settings, message => log.warn(message)),
  }
}

/** All of it, for a worker, which closes the jobs itself. */
export const openBotStores = async <Message, Part>(
  {openJobs, openChats, openAccess, openSends, turnLog}: ReturnType<typeof botStores<Message, Part>>,
  worker: string,
) => {
  const jobs = await openJobs(worker)
  const [chats, access, sends] = [await openChats(), await openAccess(), await openSends()]
  const close = async (): Promise<void> => {
    for (const store of [chats, access, turnLog, sends]) await store.close()
  }
  return {jobs, chats, access, sends, turnLog, close}
}
