import {type RunChannelOptions, runChannel} from '@essence/core/channel/host/run-channel'
import {openRecordings} from '@essence/core/channel/recordings/recordings'
import {openListening} from '@essence/core/engines/listening'
import {discordStores, openVoiceJobs} from './channel/open-channel.ts'
import {DiscordService} from './discord-service.ts'
import {type DiscordVariables, discordSettings} from './settings.ts'

/**
 * Runs the Discord bot in this process until it is told to stop.
 * @throws TOKEN_MISSING, TOKEN_REJECTED, CONFIG_INVALID, LOCKED, PORT_IN_USE, and what the engines throw at their start
 */
export const runDiscord = async (options: RunChannelOptions<DiscordVariables>): Promise<void> => {
  const {settings} = options
  const discord = {...discordSettings(settings), recordings: openRecordings(settings)}
  await runChannel('discord', options, parts => {
    return new DiscordService({
      settings: discord,
      host: settings.DISCORD_SERVICE_HOST,
      port: settings.DISCORD_SERVICE_PORT,
      ...parts,
      ...discordStores(settings, discord, parts.log),
      openListening: () => openListening(settings),
      openVoiceJobs: () => openVoiceJobs(settings, discord.botId, parts.log),
    })
  })
}
