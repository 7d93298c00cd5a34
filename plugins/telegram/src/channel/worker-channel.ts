import type {WorkerChannel} from '@essence/core/channel/voice-worker/channel'
import type {TelegramVariables} from '../settings.ts'

/** What a voice worker answers of this plugin. */
const channels = (): WorkerChannel => ({
  name: 'telegram',
  async open({settings: all, worker, ...options}) {
    const variables = all as TelegramVariables
    if (!variables.TELEGRAM_BOT_TOKEN) return undefined
    const [
      {telegramSettings},
      {openRecordings},
      {grammySignal, openBotApi},
      {openChannel, openTelegramJobs, openTelegramSends},
      {reach},
      {pendingReminder},
      {openChats},
      {openTurnLog},
      {openChannelAccess},
      {namedPeople},
    ] = await Promise.all([
      import('../checked-settings.ts'),
      import('@essence/core/channel/recordings/recordings'),
      import('../bot-api/bot-api.ts'),
      import('./open-channel.ts'),
      import('@essence/core/channel/host/reach'),
      import('../reminder.ts'),
      import('@essence/core/channel/chats'),
      import('@essence/core/channel/turn-log'),
      import('@essence/core/access/channel/open'),
      import('../people/hook.ts'),
    ])
    const settings = {...telegramSettings(variables), recordings: openRecordings(variables)}
    const {token, apiRoot: root, requestTimeoutMs, botId} = settings
    const {clock, log} = options
    const sends = await openTelegramSends(variables, settings, log)
    const bot = openBotApi({token, root, requestTimeoutMs, now: () => clock.now(), sends: () => sends})
    const me = await reach('Telegram', () => bot.api.getMe(grammySignal(options.signal)), options)
    const jobs = await openTelegramJobs(variables, botId, log, worker)
    const chats = await openChats(variables, `telegram:${botId}`)
    const access = await openChannelAccess(variables, {named: [namedPeople(settings)]})
    const turnLog = openTurnLog(variables, message => log.warn(message))
    return {
      adapter: openChannel({...options, settings, bot, botName: me.first_name, chats, access, jobs, turnLog}),
      jobs,
      reminded: pendingReminder,
      async close() {
        await chats.close()
        await access.close()
        await turnLog.close()
        await sends.close()
      },
    }
  },
})

export default channels
