import {checkChannelPeople} from '@essence/core/doctor/channel-people'
import {type Finding, failure, ok} from '@essence/core/doctor/finding'
import {isEssenceError, messageOf} from '@essence/core/kit/errors'
import {DiscordApi} from './client/discord-api.ts'
import people from './people/hook.ts'
import type {DiscordVariables} from './settings.ts'

/** Longest wait for Discord's word on the token, in ms. */
const requestTimeoutMs = 5000

/** What `essence doctor` wants to know of this plugin: is the token Discord's, and may anybody talk to the bot. */
const doctor = async ({settings}: {settings: DiscordVariables}): Promise<Finding[]> => {
  const {DISCORD_BOT_TOKEN: token, DISCORD_API_ROOT: root} = settings
  if (!token) return [ok('discord', 'off; set DISCORD_BOT_TOKEN to turn it on')]
  const bot = await new DiscordApi({token, root, requestTimeoutMs}).me().then(
    ({username}) => ok('discord token', `of ${username}`),
    error => {
      const fix = isEssenceError(error) ? error.suggestions[0] : undefined
      return failure('discord token', messageOf(error), fix ?? `Check the network, and DISCORD_API_ROOT (${root}).`)
    },
  )
  return [bot, await checkChannelPeople(settings, people({settings}))]
}

export default doctor
