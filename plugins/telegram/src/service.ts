import {openChannelAccess} from '@essence/core/access/channel/open'
import {openChats} from '@essence/core/channel/chats'
import {openRecordings} from '@essence/core/channel/recordings/recordings'
import {openTurnLog} from '@essence/core/channel/turn-log'
import {voicesOpener} from '@essence/core/channel/voices/voices'
import {openEngines} from '@essence/core/engines/open'
import {Health} from '@essence/core/service/health'
import {openLog, transcriptLog} from '@essence/core/service/log'
import {openMetrics} from '@essence/core/service/metrics'
import {runService, type ServiceSummary} from '@essence/core/service/run-service'
import {openTelegramJobs, openTelegramSends} from './channel/open-channel.ts'
import {telegramSettings} from './checked-settings.ts'
import {namedPeople} from './people/hook.ts'
import type {TelegramVariables} from './settings.ts'
import {TelegramService} from './telegram-service.ts'

export interface RunTelegramOptions {
  settings: TelegramVariables
  version: string
  onReady: (summary: ServiceSummary) => void
}

/**
 * Runs the Telegram bot in this process until it is told to stop.
 * @throws TOKEN_MISSING, TOKEN_REJECTED, POLLER_CONFLICT, LOCKED, PORT_IN_USE, and what the engines throw at their start
 */
export const runTelegram = async ({settings, version, onReady}: RunTelegramOptions): Promise<void> => {
  const telegram = {...telegramSettings(settings), recordings: openRecordings(settings)}
  const log = openLog('telegram', settings)
  const health = new Health('telegram', version)
  const service = new TelegramService({
    settings: telegram,
    host: settings.TELEGRAM_SERVICE_HOST,
    port: settings.TELEGRAM_SERVICE_PORT,
    openEngines: options =>
      openEngines(settings, {
        ...options,
        onProgress: message => log.info(message),
        onTranscript: transcriptLog(log, settings),
      }),
    openJobs: () => openTelegramJobs(settings, telegram.botId, log),
    openAccess: () => openChannelAccess(settings, {named: [namedPeople(telegram)]}),
    openVoices: voicesOpener(settings),
    openChats: () => openChats(settings, `telegram:${telegram.botId}`),
    openSends: () => openTelegramSends(settings, telegram, log),
    turnLog: openTurnLog(settings, message => log.warn(message)),
    health,
    metrics: openMetrics(settings),
    log,
  })
  await runService(service, {log, health, drainMs: settings.DRAIN_TIMEOUT_SECONDS * 1000, onReady})
}
