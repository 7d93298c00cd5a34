import {type RunChannelOptions, runChannel} from '@essence/core/channel/host/run-channel'
import {openRecordings} from '@essence/core/channel/recordings/recordings'
import {telegramStores} from './channel/open-channel.ts'
import {telegramSettings} from './checked-settings.ts'
import type {TelegramVariables} from './settings.ts'
import {TelegramService} from './telegram-service.ts'

/**
 * Runs the Telegram bot in this process until it is told to stop.
 * @throws TOKEN_MISSING, TOKEN_REJECTED, POLLER_CONFLICT, LOCKED, PORT_IN_USE, and what the engines throw at their start
 */
export const runTelegram = async (options: RunChannelOptions<TelegramVariables>): Promise<void> => {
  const {settings} = options
  const telegram = {...telegramSettings(settings), recordings: openRecordings(settings)}
  await runChannel('telegram', options, parts => {
    return new TelegramService({
      settings: telegram,
      host: settings.TELEGRAM_SERVICE_HOST,
      port: settings.TELEGRAM_SERVICE_PORT,
      ...parts,
      ...telegramStores(settings, telegram, parts.log),
    })
  })
}
