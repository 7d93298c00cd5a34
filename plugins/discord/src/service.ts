import {openChannelAccess} from '@essence/core/access/channel/open'
import {openChats} from '@essence/core/channel/chats'
import {openRecordings} from '@essence/core/channel/recordings/recordings'
import {openTurnLog} from '@essence/core/channel/turn-log'
import {voicesOpener} from '@essence/core/channel/voices/voices'
import {openListening} from '@essence/core/engines/listening'
import {openEngines} from '@essence/core/engines/open'
import {Health} from '@essence/core/service/health'
import {openLog, transcriptLog} from '@essence/core/service/log'
import {openMetrics} from '@essence/core/service/metrics'
import {runService, type ServiceSummary} from '@essence/core/service/run-service'
import {openDiscordJobs, openDiscordSends, openVoiceJobs} from './channel/open-channel.ts'
import {DiscordService} from './discord-service.ts'
import {namedPeople} from './people/hook.ts'
import {type DiscordVariables, discordSettings} from './settings.ts'

export interface RunDiscordOptions {
  settings: DiscordVariables
  version: string
  onReady: (summary: ServiceSummary) => void
}

/**
 * Runs the Discord bot in this process until it is told to stop.
 * @throws TOKEN_MISSING, TOKEN_REJECTED, CONFIG_INVALID, LOCKED, PORT_IN_USE, and what the engines throw at their start
 */
export const runDiscord = async ({settings, version, onReady}: RunDiscordOptions): Promise<void> => {
  const discord = {...discordSettings(settings), recordings: openRecordings(settings)}
  const log = openLog('discord', settings)
  const health = new Health('discord', version)
  const service = new DiscordService({
    settings: discord,
    host: settings.DISCORD_SERVICE_HOST,
    port: settings.DISCORD_SERVICE_PORT,
    openEngines: options =>
      openEngines(settings, {
        ...options,
        onProgress: message => log.info(message),
        onTranscript: transcriptLog(log, settings),
      }),
    openAccess: () => openChannelAccess(settings, {named: [namedPeople(discord)]}),
    openListening: () => openListening(settings),
    openVoices: voicesOpener(settings),
    openJobs: () => openDiscordJobs(settings, discord.botId, log),
    openVoiceJobs: () => openVoiceJobs(settings, discord.botId, log),
    openChats: () => openChats(settings, `discord:${discord.botId}`),
    openSends: () => openDiscordSends(settings, discord, log),
    turnLog: openTurnLog(settings, message => log.warn(message)),
    health,
    metrics: openMetrics(settings),
    log,
  })
  await runService(service, {log, health, drainMs: settings.DRAIN_TIMEOUT_SECONDS * 1000, onReady})
}
