import {decimal, flag, integer, list, pattern, port, secret, text, url} from '../variable.ts'

const userIds = {item: /^\d+$/, expected: 'numeric user ids between commas'} as const
const telegramOnly = ['telegram'] as const
const discordOnly = ['discord'] as const

/** `essence telegram-service`. */
export const telegram = {
  TELEGRAM_BOT_TOKEN: secret({
    help: 'Token of the bot, from @BotFather',
    services: ['telegram', 'voice-worker'],
    pattern: /^\d+:[\w-]+$/,
    expected: 'a token as @BotFather gives it, 123456789:ABC…',
  }),
  TELEGRAM_API_ROOT: url(['http', 'https'], {
    help: "Bot API server; another one than Telegram's own lifts its file size limits",
    services: ['telegram', 'voice-worker'],
    default: 'https://api.telegram.org',
  }),
  TELEGRAM_SERVICE_HOST: text({
    help: 'Address health, metrics and the message route listen on; 0.0.0.0 in a container',
    services: telegramOnly,
    default: '127.0.0.1',
  }),
  TELEGRAM_SERVICE_PORT: port({help: 'Port of health and metrics', services: telegramOnly, default: '8080'}),
  TELEGRAM_USE_WEBHOOK: flag({
    help: 'Let Telegram call TELEGRAM_WEBHOOK_URL instead of asking it for messages',
    services: telegramOnly,
    default: 'false',
  }),
  TELEGRAM_WEBHOOK_URL: url(['https'], {
    help: 'Public address of the webhook, as https://your-domain.com/webhook; needed with TELEGRAM_USE_WEBHOOK',
    services: telegramOnly,
  }),
  TELEGRAM_WEBHOOK_PORT: port({help: 'Port the webhook listens on here', services: telegramOnly, default: '8443'}),
  TELEGRAM_WEBHOOK_PATH: pattern({
    help: 'Path the webhook listens on here',
    services: telegramOnly,
    pattern: /^\/[\w./-]*$/,
    expected: 'a path that begins with /',
    default: '/webhook',
  }),
  TELEGRAM_WEBHOOK_SECRET: secret({
    help: 'Proof that a call of the webhook comes from Telegram',
    services: telegramOnly,
    pattern: /^[\w-]{16,256}$/,
    expected: '16 to 256 letters, digits, _ and -',
    unset: 'a new one at every start',
  }),
  TELEGRAM_REQUEST_TIMEOUT: decimal({
    help: 'Longest wait for an answer of the Bot API, in seconds',
    services: telegramOnly,
    min: 1,
    max: 600,
    default: '30.0',
  }),
  TELEGRAM_MAX_FILE_SIZE: integer({
    help: "Largest voice message taken, in bytes; Telegram's own server gives at most 20 MiB",
    services: telegramOnly,
    min: 1024,
    max: 2_147_483_648,
    default: '20971520',
  }),
  TELEGRAM_MAX_DURATION_SECONDS: integer({
    help: 'Longest voice message taken, in seconds',
    services: telegramOnly,
    min: 1,
    max: 3600,
    default: '60',
  }),
  TELEGRAM_RATE_LIMIT_PER_MINUTE: integer({
    help: 'Messages of one person answered in a minute',
    services: telegramOnly,
    min: 1,
    default: '10',
  }),
  TELEGRAM_RATE_LIMIT_PER_HOUR: integer({
    help: 'Messages of one person answered in an hour',
    services: telegramOnly,
    min: 1,
    default: '100',
  }),
  TELEGRAM_RATE_LIMIT_PER_DAY: integer({
    help: 'Messages of one person answered in a day',
    services: telegramOnly,
    min: 1,
    default: '500',
  }),
  TELEGRAM_AUTHORIZED_USERS: list({
    ...userIds,
    help: 'Ids of those who may talk to the bot',
    services: telegramOnly,
    unset: 'nobody may',
  }),
  TELEGRAM_WHITELISTED_USERS: list({
    ...userIds,
    help: 'A second such list; both count',
    services: telegramOnly,
    unset: 'nobody more',
  }),
  TELEGRAM_OWNER_USERS: list({
    ...userIds,
    help: 'Ids of those who may also use the /admin commands',
    services: telegramOnly,
    unset: 'nobody may',
  }),
  USE_VOICE_QUEUE: flag({
    help: 'Leave voice messages to the workers on NATS instead of answering them here',
    services: telegramOnly,
    default: 'false',
  }),
  WORKER_ID: text({help: 'Name of a voice worker', services: ['voice-worker'], unset: 'worker- and the host name'}),
} as const

/** `essence discord-service`. */
export const discord = {
  DISCORD_BOT_TOKEN: secret({
    help: 'Token of the bot, from the Discord developer portal',
    services: discordOnly,
    pattern: /^[\w-]+\.[\w-]+\.[\w-]+$/,
    expected: 'a token of three parts with dots between them',
  }),
  DISCORD_SERVICE_PORT: port({help: 'Port of health and metrics', services: discordOnly, default: '8081'}),
  DISCORD_AUTHORIZED_USERS: list({
    ...userIds,
    help: 'Ids of those who may talk to the bot',
    services: discordOnly,
    unset: 'nobody may',
  }),
  DISCORD_WHITELISTED_USERS: list({
    ...userIds,
    help: 'A second such list; both count',
    services: discordOnly,
    unset: 'nobody more',
  }),
  DISCORD_OWNER_USERS: list({
    ...userIds,
    help: 'Ids of those who may also use the admin commands',
    services: discordOnly,
    unset: 'nobody may',
  }),
} as const
