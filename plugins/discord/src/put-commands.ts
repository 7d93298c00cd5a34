import type {Clock} from '@essence/core/channel/clock'
import {reach} from '@essence/core/channel/host/reach'
import {messageOf} from '@essence/core/kit/errors'
import type {Log} from '@essence/core/service/log'
import type {DiscordApi} from './client/discord-api.ts'
import {slashCommands} from './slash-commands.ts'

/** Tells Discord the slash commands. Without them the bot is spoken to as before. Never rejects. */
export const putCommands = async (
  api: DiscordApi,
  applicationId: string,
  {voices, signal, clock, log}: {voices: object | undefined; signal: AbortSignal; clock: Clock; log: Log},
): Promise<void> => {
  const put = () => api.putCommands(applicationId, slashCommands(voices), signal)
  await reach('Discord', put, {signal, clock, log}).catch(error => {
    if (!signal.aborted) log.error({why: messageOf(error)}, 'the slash commands are not there')
  })
}
