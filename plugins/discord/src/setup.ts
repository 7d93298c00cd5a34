import type {FoundAnswer, SetupStep} from '@essence/core/config/setup-step'
import {EssenceError} from '@essence/core/kit/errors'
import {DiscordApi} from './client/discord-api.ts'
import {inviteUrl} from './invite.ts'
import type {DiscordVariables} from './settings.ts'

const requestTimeoutMs = 8000

const apiOf = ({DISCORD_BOT_TOKEN: token, DISCORD_API_ROOT: root}: DiscordVariables): DiscordApi => {
  if (!token) throw new EssenceError('TOKEN_MISSING', 'DISCORD_BOT_TOKEN is not set.')
  return new DiscordApi({token, root, requestTimeoutMs})
}

const token: SetupStep<DiscordVariables> = {
  name: 'DISCORD_BOT_TOKEN',
  flag: 'discord-token-file',
  intro: () => [
    'Discord: June answers on a server of yours, and in direct messages.',
    'Open https://discord.com/developers/applications, New Application; then Bot: switch on Message Content Intent, and Reset Token.',
  ],
  question: 'Token of the Discord bot',
  optional: true,
  without: 'Discord stays off. To turn it on: essence init --change DISCORD_BOT_TOKEN',
  async check(settings, signal) {
    const api = apiOf(settings)
    const {username} = await api.me(signal)
    const {id, canReadMessages} = await api.application(signal)
    const hint = canReadMessages ? '' : '; switch on its Message Content Intent before you start it'
    return `${username}, invited by ${inviteUrl(id)}${hint}`
  },
}

const owner: SetupStep<DiscordVariables> = {
  name: 'DISCORD_OWNER_USERS',
  flag: 'discord-owner',
  intro: () => [
    'Who owns June? Whoever made the bot is found; or type your numeric id (User Settings, Advanced, Developer Mode; then Copy User ID).',
  ],
  question: 'Your id on Discord',
  without:
    'Nobody may talk to the bot yet. Write to it: it gives you a code, and you let yourself in: essence access approve CODE --owner',
  needs: 'DISCORD_BOT_TOKEN',
  also: ['DISCORD_AUTHORIZED_USERS'],
  find: (settings, signal) => peopleWhoMadeIt(settings, signal),
}

/** What is asked of a person, for `essence init`. */
const setup = (): SetupStep<DiscordVariables>[] => [token, owner]

export default setup

/** Who made the bot, as Discord knows it. @throws DiscordError, CANCELLED */
async function* peopleWhoMadeIt(settings: DiscordVariables, signal: AbortSignal): AsyncGenerator<FoundAnswer> {
  const {owners} = await apiOf(settings).application(signal)
  for (const {id, name} of owners) yield {value: id, told: `${name}, id ${id}, made the bot.`}
}
