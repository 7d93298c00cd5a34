import {type Finding, failure, ok, warning} from '@essence/core/doctor/finding'
import {isEssenceError, messageOf} from '@essence/core/kit/errors'
import {openBotApi} from './bot-api/bot-api.ts'
import type {TelegramVariables} from './settings.ts'

/** Longest wait for Telegram's word on the token, in ms. */
const requestTimeoutMs = 5000

/** What `essence doctor` wants to know of this plugin: is the token Telegram's, and may anybody talk to the bot. */
const doctor = async ({settings}: {settings: TelegramVariables}): Promise<Finding[]> => {
  const {TELEGRAM_BOT_TOKEN: token, TELEGRAM_API_ROOT: root, TELEGRAM_AUTHORIZED_USERS: users} = settings
  if (!token) return [ok('telegram', 'off; set TELEGRAM_BOT_TOKEN to turn it on')]
  const {api} = openBotApi({token, root, requestTimeoutMs})
  try {
    const me = await api.getMe()
    const bot = ok('telegram token', `of @${me.username}`)
    if (users?.length) return [bot, ok('telegram users', `${users.length} may talk to the bot`)]
    const fix = 'Write to the bot: it gives you a code. Then: essence access approve CODE --owner'
    return [bot, warning('telegram users', 'the settings name nobody who may talk to the bot', fix)]
  } catch (error) {
    const fix = isEssenceError(error) ? error.suggestions[0] : undefined
    return [failure('telegram token', messageOf(error), fix ?? `Check the network, and TELEGRAM_API_ROOT (${root}).`)]
  }
}

export default doctor
