import type {ChannelAccess} from '@essence/core/access/channel/port'
import type {Admission} from '@essence/core/channel/admission'
import type {Chats} from '@essence/core/channel/chats'
import type {ChannelIntake} from '@essence/core/channel/delivery/adapter'
import type {PersonLanguages} from '@essence/core/channel/language/person-languages'
import {type Words, wordsIn} from '@essence/core/channel/words/words'
import {messageOf} from '@essence/core/kit/errors'
import type {Log} from '@essence/core/service/log'
import type {BotApi} from '../bot-api/bot-api.ts'
import {draftId} from '../bot-api/live-text.ts'
import {admitted, type Incoming, idOf, isIncoming, isPairing, isReminder, type Pending, senderOf} from '../incoming.ts'
import {whereItIs} from './moved-groups.ts'

export interface TelegramIntakeOptions {
  bot: BotApi
  admission: Admission
  access: ChannelAccess
  chats: Chats
  languages: PersonLanguages
  /** Counts what people send, by kind. */
  count: (kind: string) => void
  log: Log
}

/** What is said about a message, in the language that was known when it came. */
export const wordsOf = (message: Pending): Words =>
  wordsIn(isReminder(message) ? message.content.language : message.language)

/** How messages of Telegram are taken over. */
export const telegramIntake = (options: TelegramIntakeOptions): ChannelIntake<Pending> => {
  const {bot, admission, access, chats, languages, count, log} = options

  const wordsFor = ({chatId, language}: {chatId: number; language?: string | undefined}): Promise<Words> =>
    languages.wordsFor(String(chatId), language)

  /** Whether a message of a group is for the bot, as its people chose. */
  const isMeant = async ({group, chatId}: Incoming): Promise<boolean> => {
    if (!group || group.addressed === 'command') return true
    const {hears = 'reply'} = await chats.of(String(chatId))
    return hears === 'always' || group.addressed === 'mention' || (group.addressed === 'reply' && hears === 'reply')
  }

  return {
    name: 'telegram',
    idOf,
    // Who stops an answer, or what waits to be answered, does not stop what the bot has to tell.
    laneOf: message => {
      if (!isIncoming(message)) return `${message.chatId}-told`
      // What waits of a group that moved comes first.
      return String(message.firstChatId ?? message.chatId)
    },
    admit: async given => {
      const message = await whereItIs(given, access)
      // What the bot itself has to tell is none of the messages a person may send; a reminder is their own wish.
      if (isReminder(message)) return message
      if (isPairing(message)) return {...message, language: (await wordsFor(message)).language}
      const sender = senderOf(message)
      // Before all others a stranger is not told anything; a group that is not known is asked for where the bot is named.
      const isNamed = message.group?.addressed === 'mention'
      if (message.group && !isNamed && !(await admission.allows(sender))) return undefined
      const kept = (await isMeant(message)) ? admitted(message, await admission.admit(sender)) : undefined
      // The id of a message belongs to the group that it came from.
      return kept && {...kept, chatId: given.chatId, language: (await wordsFor(kept)).language}
    },
    count: (message, kept) => {
      if (!isIncoming(message)) return
      if (kept) count(message.content.kind)
      // What people of a group say to each other is none of the bot's.
      else if (message.group?.addressed !== undefined || !message.group) count('dropped')
    },
    // A draft, which the one of its answer takes the place of; or it is gone after half a minute.
    waits(message, before) {
      if (!isIncoming(message) || message.group || before < 1) return
      const text = wordsOf(message)('waiting', {count: before})
      const shown = bot.api.sendMessageDraft(message.chatId, draftId, text)
      shown.catch(error => log.debug({why: messageOf(error)}, 'the place in the queue was not shown'))
    },
    stops: ({content}) => content.kind === 'command' && content.name === 'stop',
  }
}
