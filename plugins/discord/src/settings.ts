import {type BotSettings, sharedSettings} from '@essence/core/channel/host/bot-settings'
import type {SettingsGroup, SettingsOf} from '@essence/core/config/declaration'
import type {Settings} from '@essence/core/config/schema'
import {decimal, integer, list, port, secret, text, url} from '@essence/core/config/variable'
import {EssenceError} from '@essence/core/kit/errors'
import type {Secret} from '@essence/core/kit/secret'

const userIds = {item: /^\d+$/, expected: 'numeric user ids between commas'} as const

/** The environment variables of this plugin. */
export const discord = {
  heading: 'Discord',
  services: ['discord'],
  variables: {
    DISCORD_BOT_TOKEN: secret({
      help: 'Token of the bot, from the Discord developer portal',
      pattern: /^[\w-]+\.[\w-]+\.[\w-]+$/,
      expected: 'a token of three parts with dots between them',
    }),
    DISCORD_API_ROOT: url(['http', 'https'], {
      help: "Discord's API; another one for tests",
      default: 'https://discord.com/api',
    }),
    DISCORD_SERVICE_HOST: text({
      help: 'Address health, metrics and the message route listen on; 0.0.0.0 in a container',
      default: '127.0.0.1',
    }),
    DISCORD_SERVICE_PORT: port({help: 'Port of health and metrics', default: '8081'}),
    DISCORD_REQUEST_TIMEOUT: decimal({
      help: "Longest wait for an answer of Discord's API, in seconds",
      min: 1,
      max: 600,
      default: '15.0',
    }),
    DISCORD_MAX_FILE_SIZE: integer({
      help: 'Largest voice message or file taken, in bytes',
      min: 1024,
      max: 524_288_000,
      default: '20971520',
    }),
    DISCORD_MAX_DURATION_SECONDS: integer({
      help: 'Longest voice message taken, in seconds',
      min: 1,
      max: 3600,
      default: '60',
    }),
    DISCORD_RATE_LIMIT_PER_MINUTE: integer({
      help: 'Messages of one person answered in a minute',
      min: 1,
      default: '10',
    }),
    DISCORD_RATE_LIMIT_PER_HOUR: integer({help: 'Messages of one person answered in an hour', min: 1, default: '100'}),
    DISCORD_RATE_LIMIT_PER_DAY: integer({help: 'Messages of one person answered in a day', min: 1, default: '500'}),
    DISCORD_AUTHORIZED_USERS: list({
      ...userIds,
      help: 'Ids of those who may talk to the bot',
      unset: 'those who were approved: essence access list',
    }),
    DISCORD_WHITELISTED_USERS: list({
      ...userIds,
      help: 'A second such list; both count',
      unset: 'nobody more',
    }),
    DISCORD_OWNER_USERS: list({
      ...userIds,
      help: 'Ids of those who may also use the admin commands',
      unset: 'nobody may',
    }),
  },
} as const satisfies SettingsGroup

/** What a service of this plugin reads. */
export type DiscordVariables = Settings & SettingsOf<(typeof discord)['variables']>

/** Hands them to Essence, which asks every plugin. */
const settings = () => discord

export default settings

/** What the service needs of the settings, checked. */
export type DiscordSettings = BotSettings

/** @throws TOKEN_MISSING */
export const discordSettings = (settings: DiscordVariables): DiscordSettings => {
  const token = settings.DISCORD_BOT_TOKEN
  if (!token) {
    throw new EssenceError('TOKEN_MISSING', 'DISCORD_BOT_TOKEN is not set: the bot needs its token.', {
      suggestions: [
        'Open https://discord.com/developers/applications, New Application, then Bot, Reset Token.',
        'Set DISCORD_BOT_TOKEN to the token it gives you, in the environment or in .env.',
      ],
    })
  }
  return {
    ...sharedSettings(settings, 'discord', botIdOf(token)),
    token,
    apiRoot: settings.DISCORD_API_ROOT,
    requestTimeoutMs: settings.DISCORD_REQUEST_TIMEOUT * 1000,
    ...peopleOf(settings),
    limits: {maxBytes: settings.DISCORD_MAX_FILE_SIZE, maxSeconds: settings.DISCORD_MAX_DURATION_SECONDS},
    rateLimits: {
      perMinute: settings.DISCORD_RATE_LIMIT_PER_MINUTE,
      perHour: settings.DISCORD_RATE_LIMIT_PER_HOUR,
      perDay: settings.DISCORD_RATE_LIMIT_PER_DAY,
    },
  }
}

/** Whom the settings let in. */
export const peopleOf = (settings: DiscordVariables): Pick<DiscordSettings, 'users' | 'owners'> => ({
  users: [...(settings.DISCORD_AUTHORIZED_USERS ?? []), ...(settings.DISCORD_WHITELISTED_USERS ?? [])],
  owners: settings.DISCORD_OWNER_USERS ?? [],
})

/** What stands before the first dot is the bot's public id: https://discord.com/developers/docs/reference#authentication */
const botIdOf = (token: Secret): string => {
  const id = Buffer.from(token.reveal().split('.', 1)[0] ?? '', 'base64url').toString()
  return /^\d{1,20}$/.test(id) ? id : 'bot'
}
