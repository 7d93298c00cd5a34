import {setTimeout as sleep} from 'node:timers/promises'
import {botLock} from '@essence/core/channel/host/lock-bot'
import type {FoundAnswer, SetupStep} from '@essence/core/config/setup-step'
import {EssenceError, throwIfCancelled} from '@essence/core/kit/errors'
import {lockHolder} from '@essence/core/kit/files/owner-lock'
import * as z from 'zod'
import {type BotApi, grammySignal, openBotApi} from './bot-api/bot-api.ts'
import {telegramSettings} from './checked-settings.ts'
import type {TelegramVariables} from './settings.ts'

const requestTimeoutMs = 8000
/** What a call waits for messages, in seconds. */
const pollSeconds = 20
/** Between calls that are answered at once, in ms, because messages wait that are left where they are. */
const pauseMs = 1000

const botOf = ({TELEGRAM_BOT_TOKEN: token, TELEGRAM_API_ROOT: root}: TelegramVariables): BotApi => {
  if (!token) throw new EssenceError('TOKEN_MISSING', 'TELEGRAM_BOT_TOKEN is not set.')
  return openBotApi({token, root, requestTimeoutMs})
}

const token: SetupStep<TelegramVariables> = {
  name: 'TELEGRAM_BOT_TOKEN',
  flag: 'telegram-token-file',
  intro: () => [
    'Telegram: June answers voice messages of a bot of yours.',
    'Open https://t.me/BotFather, send /newbot and answer its two questions: it gives you a token.',
  ],
  question: 'Token of the bot',
  without: 'Telegram stays off. To turn it on: essence init --change TELEGRAM_BOT_TOKEN',
  check: async (settings, signal) => `@${(await botOf(settings).api.getMe(grammySignal(signal))).username}`,
}

const owner: SetupStep<TelegramVariables> = {
  name: 'TELEGRAM_OWNER_USERS',
  flag: 'telegram-owner',
  intro: facts => {
    const bot = facts.get('TELEGRAM_BOT_TOKEN')
    const where = bot === undefined ? 'your bot' : `${bot} (https://t.me/${bot.slice(1)})`
    return [`Who owns June? Write anything to ${where} on Telegram now: you are found by it. Or type your numeric id.`]
  },
  question: 'Waiting for your message, or id',
  without:
    'Nobody may talk to the bot yet. Write to it: it gives you a code, and you let yourself in: essence access approve CODE --owner',
  needs: 'TELEGRAM_BOT_TOKEN',
  also: ['TELEGRAM_AUTHORIZED_USERS'],
  find: (settings, signal) => peopleWhoWrite(settings, signal),
}

/** What is asked of a person, for `essence init`. */
const setup = (): SetupStep<TelegramVariables>[] => [token, owner]

export default setup

const privateMessage = z.object({
  message: z.object({
    chat: z.object({type: z.literal('private')}),
    from: z.object({
      id: z.int(),
      is_bot: z.literal(false),
      first_name: z.string(),
      last_name: z.string().optional(),
      username: z.string().optional(),
    }),
  }),
})

/**
 * Everybody who has written to the bot in private, each once, the latest first; then who writes. No update is acknowledged: the service
 * answers them all, once it runs.
 * @throws LOCKED where this machine runs the bot; BotApiError; CANCELLED
 */
async function* peopleWhoWrite(settings: TelegramVariables, signal: AbortSignal): AsyncGenerator<FoundAnswer> {
  const {api} = botOf(settings)
  // Telegram gives messages to one caller: ours would end that of a service which answers people.
  const holder = await lockHolder(botLock(telegramSettings(settings).folder))
  if (holder && !holder.dead) {
    throw new EssenceError(
      'LOCKED',
      `${holder.owner} runs this bot and reads its messages: write to it, it says your id.`,
    )
  }
  const met = new Set<number>()
  for (;;) {
    // Without an offset nothing is acknowledged, and what waits is told again each time.
    const updates: readonly unknown[] = await api.getUpdates({timeout: pollSeconds}, grammySignal(signal))
    for (const update of updates.toReversed()) {
      const {success, data} = privateMessage.safeParse(update)
      if (!success || met.has(data.message.from.id)) continue
      const {id, first_name, last_name, username} = data.message.from
      met.add(id)
      const name = [first_name, last_name, username && `(@${username})`].filter(Boolean).join(' ')
      yield {value: String(id), told: `${name}, id ${id}, wrote to the bot.`}
    }
    if (updates.length > 0) await sleep(pauseMs, undefined, {signal}).catch(() => {})
    throwIfCancelled(signal)
  }
}
