import type {WorkerChannel} from '@essence/core/channel/voice-worker/channel'
import {EssenceError} from '@essence/core/kit/errors'
import type {DiscordVariables} from '../settings.ts'

/** What a voice worker answers of this plugin. */
const channels = (): WorkerChannel => ({
  name: 'discord',
  async open({settings: all, worker, ...options}) {
    const variables = all as DiscordVariables
    if (!variables.DISCORD_BOT_TOKEN) return undefined
    const [
      {discordSettings},
      {DiscordApi},
      {openChannel, openDiscordJobs, openDiscordSends},
      {reach},
      {pendingReminder},
      {openChats},
      {openTurnLog},
      {openRecordings},
      {openChannelAccess},
      {namedPeople},
    ] = await Promise.all([
      import('../settings.ts'),
      import('../client/discord-api.ts'),
      import('./open-channel.ts'),
      import('@essence/core/channel/host/reach'),
      import('../answer/reminder.ts'),
      import('@essence/core/channel/chats'),
      import('@essence/core/channel/turn-log'),
      import('@essence/core/channel/recordings/recordings'),
      import('@essence/core/access/channel/open'),
      import('../people/hook.ts'),
    ])
    const settings = {...discordSettings(variables), recordings: openRecordings(variables)}
    const {token, apiRoot: root, requestTimeoutMs, botId} = settings
    const {signal, log} = options
    const sends = await openDiscordSends(variables, settings, log)
    const api = new DiscordApi({token, root, requestTimeoutMs, sends: () => sends})
    await reach('Discord', () => api.me(signal), options)
    const jobs = await openDiscordJobs(variables, botId, log, worker)
    const chats = await openChats(variables, `discord:${botId}`)
    const access = await openChannelAccess(variables, {named: [namedPeople(settings)]})
    const turnLog = openTurnLog(variables, message => log.warn(message))
    const {adapter} = openChannel({
      ...options,
      settings,
      api,
      chats,
      access,
      jobs,
      turnLog,
      voice: elsewhere,
      isElsewhere: true,
    })
    return {
      adapter,
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

/** The connection that voice channels need is that of the service, which has no engines beside workers. */
const elsewhere = async (): Promise<never> => {
  throw new EssenceError('ENGINE_UNAVAILABLE', 'Voice channels need a service that answers by itself.', {
    suggestions: ['Start discord-service without USE_VOICE_QUEUE.'],
  })
}

export default channels
