import {join} from 'node:path'
import type {RateLimits} from '@essence/core/channel/admission'
import type {RecordingLimits} from '@essence/core/channel/recording-limits'
import type {Settings} from '@essence/core/config/schema'
import {EssenceError} from '@essence/core/kit/errors'
import type {Secret} from '@essence/core/kit/secret'

/** What getFile gives at most: https://core.telegram.org/bots/api#getfile */
const telegramFileLimit = 20 * 1024 * 1024

/** What the service needs of the settings, checked. */
export interface TelegramSettings {
  token: Secret
  apiRoot: string
  requestTimeoutMs: number
  users: string[]
  /** ISO 639-1 of what people speak, or `auto`. */
  language: string
  limits: RecordingLimits
  rateLimits: RateLimits
  /** Folder of this bot. */
  folder: string
}

/** @throws TOKEN_MISSING, CONFIG_INVALID */
export const telegramSettings = (settings: Settings): TelegramSettings => {
  const token = settings.TELEGRAM_BOT_TOKEN
  if (!token) {
    throw new EssenceError('TOKEN_MISSING', 'TELEGRAM_BOT_TOKEN is not set: the bot needs its token.', {
      suggestions: [
        'Open https://t.me/BotFather in Telegram, send /newbot and answer its two questions.',
        'Set TELEGRAM_BOT_TOKEN to the token it gives you, in the environment or in .env.',
      ],
    })
  }
  if (settings.TELEGRAM_USE_WEBHOOK) {
    throw new EssenceError(
      'CONFIG_INVALID',
      'TELEGRAM_USE_WEBHOOK is on, but this version fetches its messages only.',
      {
        suggestions: ['Set TELEGRAM_USE_WEBHOOK=false: the bot then needs no public address.'],
      },
    )
  }
  // The number before the colon is the bot's public id: https://core.telegram.org/bots/api#authorizing-your-bot
  const botId = token.reveal().split(':', 1)[0] ?? ''
  return {
    token,
    apiRoot: settings.TELEGRAM_API_ROOT,
    requestTimeoutMs: settings.TELEGRAM_REQUEST_TIMEOUT * 1000,
    users: [
      ...(settings.TELEGRAM_AUTHORIZED_USERS ?? []),
      ...(settings.TELEGRAM_WHITELISTED_USERS ?? []),
      ...(settings.TELEGRAM_OWNER_USERS ?? []),
    ],
    language: settings.STT_LANGUAGE,
    limits: {
      maxBytes: Math.min(settings.TELEGRAM_MAX_FILE_SIZE, telegramFileLimit),
      maxSeconds: settings.TELEGRAM_MAX_DURATION_SECONDS,
    },
    rateLimits: {
      perMinute: settings.TELEGRAM_RATE_LIMIT_PER_MINUTE,
      perHour: settings.TELEGRAM_RATE_LIMIT_PER_HOUR,
      perDay: settings.TELEGRAM_RATE_LIMIT_PER_DAY,
    },
    folder: join(settings.JUNE_DATA_DIR, 'telegram', botId),
  }
}
