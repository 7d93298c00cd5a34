import {join} from 'node:path'
import type {RateLimits} from '@essence/core/channel/admission'
import type {RecordingLimits} from '@essence/core/channel/recording-limits'
import type {Recordings} from '@essence/core/channel/recordings/recordings'
import type {SettingsGroup, SettingsOf} from '@essence/core/config/declaration'
import type {Settings} from '@essence/core/config/schema'
import {decimal, flag, integer, list, path, pattern, port, secret, text, url} from '@essence/core/config/variable'
import {EssenceError} from '@essence/core/kit/errors'
import type {Secret} from '@essence/core/kit/secret'
import type {WebhookSettings} from './updates/webhook.ts'

const userIds = {item: /^\d+$/, expected: 'numeric user ids between commas'} as const

/** The environment variables of this plugin. */
export const telegram = {
  heading: 'Telegram',
  services: ['telegram'],
  variables: {
    TELEGRAM_BOT_TOKEN: secret({
      help: 'Token of the bot, from @BotFather',
      pattern: /^\d+:[\w-]+$/,
      expected: 'a token as @BotFather gives it, 123456789:ABC…',
    }),
    TELEGRAM_API_ROOT: url(['http', 'https'], {
      help: "Bot API server; another one than Telegram's own lifts its file size limits",
      default: 'https://api.telegram.org',
    }),
    TELEGRAM_SERVICE_HOST: text({
      help: 'Address health, metrics and the message route listen on; 0.0.0.0 in a container',
      default: '127.0.0.1',
    }),
    TELEGRAM_SERVICE_PORT: port({help: 'Port of health and metrics', default: '8080'}),
    TELEGRAM_USE_WEBHOOK: flag({
      help: 'Let Telegram bring messages to a webhook instead of asking it for them; needs TELEGRAM_WEBHOOK_URL',
      default: 'false',
    }),
    TELEGRAM_REQUEST_TIMEOUT: decimal({
      help: 'Longest wait for an answer of the Bot API, in seconds',
      min: 1,
      max: 600,
      default: '30.0',
    }),
    TELEGRAM_MAX_FILE_SIZE: integer({
      help: "Largest voice message taken, in bytes; Telegram's own server gives at most 20 MiB",
      min: 1024,
      max: 2_147_483_648,
      default: '20971520',
    }),
    TELEGRAM_MAX_DURATION_SECONDS: integer({
      help: 'Longest voice message taken, in seconds',
      min: 1,
      max: 3600,
      default: '60',
    }),
    TELEGRAM_RATE_LIMIT_PER_MINUTE: integer({
      help: 'Messages of one person answered in a minute',
      min: 1,
      default: '10',
    }),
    TELEGRAM_RATE_LIMIT_PER_HOUR: integer({
      help: 'Messages of one person answered in an hour',
      min: 1,
      default: '100',
    }),
    TELEGRAM_RATE_LIMIT_PER_DAY: integer({
      help: 'Messages of one person answered in a day',
      min: 1,
      default: '500',
    }),
    TELEGRAM_AUTHORIZED_USERS: list({
      ...userIds,
      help: 'Ids of those who may talk to the bot',
      unset: 'those who were approved: essence access list',
    }),
    TELEGRAM_WHITELISTED_USERS: list({
      ...userIds,
      help: 'A second such list; both count',
      unset: 'nobody more',
    }),
    TELEGRAM_OWNER_USERS: list({
      ...userIds,
      help: 'Ids of those who may also let others in, and use the /admin commands',
      unset: 'nobody may',
    }),
    TELEGRAM_WEBHOOK_URL: url(['https'], {
      help: 'Public address of the webhook, as https://your-domain.com/webhook',
    }),
    TELEGRAM_WEBHOOK_HOST: text({
      help: 'Address the webhook listens on here; 0.0.0.0 where no proxy of this machine stands before it',
      default: '127.0.0.1',
    }),
    TELEGRAM_WEBHOOK_PORT: port({help: 'Port the webhook listens on here', default: '8443'}),
    TELEGRAM_WEBHOOK_PATH: pattern({
      help: 'Path the webhook listens on here',
      pattern: /^\/[\w./-]*$/,
      expected: 'a path that begins with /',
      default: '/webhook',
    }),
    TELEGRAM_WEBHOOK_SECRET: secret({
      help: 'Proof that a call of the webhook comes from Telegram',
      pattern: /^[\w-]{16,256}$/,
      expected: '16 to 256 letters, digits, _ and -',
      unset: 'a new one at every start',
    }),
    TELEGRAM_WEBHOOK_CERT: path({
      help: 'Certificate of the webhook in PEM, where no proxy speaks TLS for it; a self-signed one is given to Telegram',
      unset: 'a proxy speaks TLS',
    }),
    TELEGRAM_WEBHOOK_KEY: path({help: 'Its private key in PEM', unset: 'a proxy speaks TLS'}),
  },
} as const satisfies SettingsGroup

/** What a service of this plugin reads. */
export type TelegramVariables = Settings & SettingsOf<(typeof telegram)['variables']>

/** Hands them to Essence, which asks every plugin. */
const settings = () => telegram

export default settings

/** What getFile gives at most: https://core.telegram.org/bots/api#getfile */
const telegramFileLimit = 20 * 1024 * 1024

/** What the service needs of the settings, checked. */
export interface TelegramSettings {
  token: Secret
  /** The bot's number, which is public. */
  botId: string
  /** Default: Telegram is asked for messages. */
  webhook?: WebhookSettings | undefined
  /** Address of a webhook of ours that may be taken away, where it is not used any more. */
  webhookUrl?: string | undefined
  apiRoot: string
  requestTimeoutMs: number
  /** Those who may talk to the bot, and those of them who let others in. */
  users: string[]
  owners: string[]
  /** What engines may do for a person in a day, in ms. Default: as much as they like. */
  budgetMs?: number | undefined
  /** ISO 639-1 of what people speak, or `auto`. */
  language: string
  /** IANA name of the time zone people are told times in. Default: the machine's. */
  timeZone?: string | undefined
  limits: RecordingLimits
  rateLimits: RateLimits
  /** Folder of this bot. */
  folder: string
  /** What arrives is answered by voice workers, not here. */
  usesQueue?: boolean | undefined
  /** Where recordings wait. Default: with Telegram. */
  recordings?: Recordings | undefined
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
    token,
    botId,
    webhook: webhookOf(settings),
    webhookUrl: settings.TELEGRAM_WEBHOOK_URL,
    apiRoot: settings.TELEGRAM_API_ROOT,
    requestTimeoutMs: settings.TELEGRAM_REQUEST_TIMEOUT * 1000,
    users: [...(settings.TELEGRAM_AUTHORIZED_USERS ?? []), ...(settings.TELEGRAM_WHITELISTED_USERS ?? [])],
    owners: settings.TELEGRAM_OWNER_USERS ?? [],
    budgetMs: settings.CHANNEL_BUDGET_SECONDS && settings.CHANNEL_BUDGET_SECONDS * 1000,
    language: settings.STT_LANGUAGE,
    timeZone: settings.TIME_ZONE,
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
    folder: join(settings.JUNE_DATA_DIR, 'telegram', botId),
    usesQueue: settings.USE_VOICE_QUEUE,
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
