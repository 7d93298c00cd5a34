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
      {openChannel, discordStores},
      {openBotStores},
      {reach},
      {pendingReminder},
      {openRecordings},
    ] = await Promise.all([
      import('../settings.ts'),
      import('../client/discord-api.ts'),
      import('./open-channel.ts'),
      import('@essence/core/channel/host/bot-stores'),
      import('@essence/core/channel/host/reach'),
      import('../answer/reminder.ts'),
      import('@essence/core/channel/recordings/recordings'),
    ])
    const settings = {...discordSettings(variables), recordings: openRecordings(variables)}
    const {token, apiRoot: root, requestTimeoutMs} = settings
    const {signal, log} = options
    const {close, ...stores} = await openBotStores(discordStores(variables, settings, log), worker)
    const api = new DiscordApi({token, root, requestTimeoutMs, sends: () => stores.sends})
    await reach('Discord', () => api.me(signal), options)
    const {adapter} = openChannel({...options, ...stores, settings, api, voice: elsewhere, isElsewhere: true})
    return {adapter, jobs: stores.jobs, reminded: pendingReminder, close}
  },
})

/** The connection that voice channels need is that of the service, which has no engines beside workers. */
const elsewhere = async (): Promise<never> => {
  throw new EssenceError('ENGINE_UNAVAILABLE', 'Voice channels need a service that answers by itself.', {
    suggestions: ['Start discord-service without USE_VOICE_QUEUE.'],
  })
}

export default channels
