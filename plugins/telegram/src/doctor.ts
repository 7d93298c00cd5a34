import {checkChannelPeople} from '@essence/core/doctor/channel-people'
import {type Finding, failure, ok} from '@essence/core/doctor/finding'
import {isEssenceError, messageOf} from '@essence/core/kit/errors'
import {openBotApi} from './bot-api/bot-api.ts'
import people from './people/hook.ts'
import type {TelegramVariables} from './settings.ts'

/** Longest wait for Telegram's word on the token, in ms. */
const requestTimeoutMs = 5000

/** What `essence doctor` wants to know of this plugin: is the token Telegram's, and may anybody talk to the bot. */
const doctor = async ({settings}: {settings: TelegramVariables}): Promise<Finding[]> => {
  const {TELEGRAM_BOT_TOKEN: token, TELEGRAM_API_ROOT: root} = settings
  if (!token) return [ok('telegram', 'off; set TELEGRAM_BOT_TOKEN to turn it on')]
  const {api} = openBotApi({token, root, requestTimeoutMs})
  const bot = await api.getMe().then(
    ({username}) => ok('telegram token', `of @${username}`),
    error => {
      const fix = isEssenceError(error) ? error.suggestions[0] : undefined
      return failure('telegram token', messageOf(error), fix ?? `Check the network, and TELEGRAM_API_ROOT (${root}).`)
    },
  )
  return [bot, await checkChannelPeople(settings, people({settings}))]
}

export default doctor
