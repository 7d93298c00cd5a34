import {type Finding, failure, ok, warning} from '@essence/core/doctor/finding'
import {isEssenceError, messageOf} from '@essence/core/kit/errors'
import {DiscordApi} from './client/discord-api.ts'
import type {DiscordVariables} from './settings.ts'

/** Longest wait for Discord's word on the token, in ms. */
const requestTimeoutMs = 5000

/** What `essence doctor` wants to know of this plugin: is the token Discord's, and may anybody talk to the bot. */
const doctor = async ({settings}: {settings: DiscordVariables}): Promise<Finding[]> => {
  const {DISCORD_BOT_TOKEN: token, DISCORD_API_ROOT: root} = settings
  const {DISCORD_AUTHORIZED_USERS: users = [], DISCORD_WHITELISTED_USERS: more = []} = settings
  if (!token) return [ok('discord', 'off; set DISCORD_BOT_TOKEN to turn it on')]
  try {
    const me = await new DiscordApi({token, root, requestTimeoutMs}).me()
    const bot = ok('discord token', `of ${me.username}`)
    const allowed = [...users, ...more, ...(settings.DISCORD_OWNER_USERS ?? [])]
    if (allowed.length > 0) return [bot, ok('discord users', `${allowed.length} may talk to the bot`)]
    const fix = 'Write to the bot: it tells you your id. Set DISCORD_AUTHORIZED_USERS to it.'
    return [bot, warning('discord users', 'nobody may talk to the bot yet', fix)]
  } catch (error) {
    const fix = isEssenceError(error) ? error.suggestions[0] : undefined
    return [failure('discord token', messageOf(error), fix ?? `Check the network, and DISCORD_API_ROOT (${root}).`)]
  }
}

export default doctor
