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
      {openChannel, telegramStores},
      {openBotStores},
      {reach},
      {pendingReminder},
    ] = await Promise.all([
      import('../checked-settings.ts'),
      import('@essence/core/channel/recordings/recordings'),
      import('../bot-api/bot-api.ts'),
      import('./open-channel.ts'),
      import('@essence/core/channel/host/bot-stores'),
      import('@essence/core/channel/host/reach'),
      import('../reminder.ts'),
    ])
    const settings = {...telegramSettings(variables), recordings: openRecordings(variables)}
    const {token, apiRoot: root, requestTimeoutMs} = settings
    const {clock, log} = options
    const {close, ...stores} = await openBotStores(telegramStores(variables, settings, log), worker)
    const bot = openBotApi({token, root, requestTimeoutMs, now: () => clock.now(), sends: () => stores.sends})
    const me = await reach('Telegram', () => bot.api.getMe(grammySignal(options.signal)), options)
    const adapter = openChannel({...options, ...stores, settings, bot, botName: me.first_name})
    return {adapter, jobs: stores.jobs, reminded: pendingReminder, close}
  },
})

export default channels
