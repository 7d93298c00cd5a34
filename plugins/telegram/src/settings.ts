import type {SettingsGroup, SettingsOf} from '@essence/core/config/declaration'
import type {Settings} from '@essence/core/config/schema'
import {decimal, flag, integer, list, path, pattern, port, secret, text, url} from '@essence/core/config/variable'

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
