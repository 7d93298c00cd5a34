import {type BotSettings, sharedSettings} from '@essence/core/channel/host/bot-settings'
import {EssenceError} from '@essence/core/kit/errors'
import type {TelegramVariables} from './settings.ts'
import type {WebhookSettings} from './updates/webhook.ts'

/** What getFile gives at most: https://core.telegram.org/bots/api#getfile */
const telegramFileLimit = 20 * 1024 * 1024

/** What the service needs of the settings, checked. */
export interface TelegramSettings extends BotSettings {
  /** Default: Telegram is asked for messages. */
  webhook?: WebhookSettings | undefined
  /** Address of a webhook of ours that may be taken away, where it is not used any more. */
  webhookUrl?: string | undefined
}

/** @throws TOKEN_MISSING, CONFIG_INVALID */
export const telegramSettings = (settings: TelegramVariables): TelegramSettings => {
  const token = settings.TELEGRAM_BOT_TOKEN
  if (!token) {
    throw new EssenceError('TOKEN_MISSING', 'TELEGRAM_BOT_TOKEN is not set: the bot needs its token.', {
      suggestions: [
        'Open https://t.me/BotFather in Telegram, send /newbot and answer its two questions.',
        'Set TELEGRAM_BOT_TOKEN to the token it gives you, in the environment or in .env.',
      ],
    })
  }
  // The number before the colon is the bot's public id: https://core.telegram.org/bots/api#authorizing-your-bot
  const botId = token.reveal().split(':', 1)[0] ?? ''
  return {
    ...sharedSettings(settings, 'telegram', botId),
    token,
    webhook: webhookOf(settings),
    webhookUrl: settings.TELEGRAM_WEBHOOK_URL,
    apiRoot: settings.TELEGRAM_API_ROOT,
    requestTimeoutMs: settings.TELEGRAM_REQUEST_TIMEOUT * 1000,
    users: [...(settings.TELEGRAM_AUTHORIZED_USERS ?? []), ...(settings.TELEGRAM_WHITELISTED_USERS ?? [])],
    owners: settings.TELEGRAM_OWNER_USERS ?? [],
    limits: {
      maxBytes: hasLimits(settings.TELEGRAM_API_ROOT)
        ? Math.min(settings.TELEGRAM_MAX_FILE_SIZE, telegramFileLimit)
        : settings.TELEGRAM_MAX_FILE_SIZE,
      maxSeconds: settings.TELEGRAM_MAX_DURATION_SECONDS,
    },
    rateLimits: {
      perMinute: settings.TELEGRAM_RATE_LIMIT_PER_MINUTE,
      perHour: settings.TELEGRAM_RATE_LIMIT_PER_HOUR,
      perDay: settings.TELEGRAM_RATE_LIMIT_PER_DAY,
    },
  }
}

/** Telegram's own server has limits that one of our own does not. */
const hasLimits = (root: string): boolean => new URL(root).hostname === 'api.telegram.org'

/** @throws CONFIG_INVALID */
const webhookOf = (settings: TelegramVariables): WebhookSettings | undefined => {
  const {TELEGRAM_WEBHOOK_URL: url, TELEGRAM_WEBHOOK_CERT: cert, TELEGRAM_WEBHOOK_KEY: key} = settings
  if (!settings.TELEGRAM_USE_WEBHOOK) return undefined
  if (url === undefined) {
    throw new EssenceError('CONFIG_INVALID', 'TELEGRAM_USE_WEBHOOK is on, but TELEGRAM_WEBHOOK_URL is not set.', {
      suggestions: [
        'Set TELEGRAM_WEBHOOK_URL to the public address, as https://your-domain.com/webhook.',
        'Or set TELEGRAM_USE_WEBHOOK=false: the bot then needs no public address.',
      ],
    })
  }
  if ((cert === undefined) !== (key === undefined)) {
    throw new EssenceError(
      'CONFIG_INVALID',
      'TELEGRAM_WEBHOOK_CERT and TELEGRAM_WEBHOOK_KEY belong together; one is set.',
    )
  }
  return {
    url,
    host: settings.TELEGRAM_WEBHOOK_HOST,
    port: settings.TELEGRAM_WEBHOOK_PORT,
    path: settings.TELEGRAM_WEBHOOK_PATH,
    secret: settings.TELEGRAM_WEBHOOK_SECRET,
    tls: cert !== undefined && key !== undefined ? {cert, key} : undefined,
  }
}
