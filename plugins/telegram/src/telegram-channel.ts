import type {Admission} from '@essence/core/channel/admission'
import {apology} from '@essence/core/channel/apology'
import type {AnswerContext, ChannelAdapter} from '@essence/core/channel/delivery/adapter'
import {type Words, wordsIn} from '@essence/core/channel/words/words'
import {messageOf} from '@essence/core/kit/errors'
import type {Log} from '@essence/core/service/log'
import type {Asked, TurnAnswers} from './answer-turn.ts'
import type {BotApi} from './bot-api/bot-api.ts'
import {endPress} from './bot-api/press.ts'
import {carrierTo} from './carrier.ts'
import {type CommandContext, personOf} from './command-context.ts'
import {answerCommand} from './commands.ts'
import {admitted, type Incoming, idOf, isReminder, type Pending} from './incoming.ts'
import {decideOwn} from './memory-commands.ts'
import {type Part, textParts} from './outgoing.ts'
import {reminderParts, saidOf} from './reminder.ts'

export interface TelegramChannelOptions {
  bot: BotApi
  admission: Admission
  context: CommandContext
  turns: TurnAnswers
  /** Counts what people send, by kind. */
  count: (kind: string) => void
  log: Log
}

/** Telegram, as delivery knows a platform. */
export const telegramChannel = (options: TelegramChannelOptions): ChannelAdapter<Pending, Part> => {
  const {bot, admission, context, turns, count, log} = options

  const wordsFor = ({chatId, language}: Pick<Incoming, 'chatId' | 'language'>): Promise<Words> =>
    context.languages.wordsFor(String(chatId), language)
  /** As it was known when the message came. */
  const wordsOf = (message: Pending): Words =>
    wordsIn(isReminder(message) ? message.content.language : message.language)

  const sorry = (error: unknown, words: Words): Part[] => {
    log.error({why: messageOf(error)}, 'a command failed')
    return textParts(apology(error, context.limits, words))
  }

  /** What needs no turn; undefined where one is needed. */
  const answerAtOnce = async (message: Incoming, words: Words, signal: AbortSignal): Promise<Part[] | undefined> => {
    const {content} = message
    const asPerson = {
      ...personOf(message),
      ...{chat: String(message.chatId), isGroup: message.group !== undefined},
    }
    switch (content.kind) {
      case 'command':
        return await answerCommand(content, asPerson, context, words).catch(error => sorry(error, words))
      case 'too-many':
        return textParts(words('tooMany', {wait: content.retryAfterMs}))
      case 'unsupported':
        return textParts(words('unsupported'))
      case 'decision': {
        await endPress(bot, {...message, ...content}, log, signal)
        const own = decideOwn(content, asPerson, context, words)
        return await own.then(text => (text ? textParts(text) : undefined)).catch(error => sorry(error, words))
      }
      case 'text':
      case 'sound':
        return undefined
    }
  }

  /** Whether a message of a group is for the bot, as its people chose. */
  const isMeant = async ({group, chatId}: Incoming): Promise<boolean> => {
    if (!group || group.addressed === 'command') return true
    const {hears = 'reply'} = await context.chats.of(String(chatId))
    return hears === 'always' || group.addressed === 'mention' || (group.addressed === 'reply' && hears === 'reply')
  }

  return {
    name: 'telegram',
    idOf,
    laneOf: ({chatId}) => String(chatId),
    // A reminder is the person's own wish; telling it is none of the messages they may send.
    admit: async message => {
      if (isReminder(message)) return message
      // Before all others a stranger is not told anything.
      if (message.group && !admission.allows(message.userId)) return undefined
      const kept = (await isMeant(message)) ? admitted(message, admission.admit(message.userId)) : undefined
      return kept && {...kept, language: (await wordsFor(kept)).language}
    },
    count: (message, kept) => {
      if (isReminder(message)) return
      if (kept) count(message.content.kind)
      // What people of a group say to each other is none of the bot's.
      else if (message.group?.addressed !== undefined || !message.group) count('dropped')
    },
    // A draft, which the one of its answer takes the place of; or it is gone after half a minute.
    waits(message, before) {
      if (isReminder(message) || message.group || before < 1) return
      const text = wordsOf(message)('waiting', {count: before})
      const shown = bot.api.sendMessageDraft(message.chatId, message.messageId, text)
      shown.catch(error => log.debug({why: messageOf(error)}, 'the place in the queue was not shown'))
    },
    lasts: isReminder,
    needsTurn: ({content: {kind}}) => ['text', 'sound', 'decision', 'reminder'].includes(kind),
    async answer(message, answering: AnswerContext) {
      const {signal} = answering
      const isAllowed = admission.allows(message.userId)
      if (isReminder(message)) return isAllowed ? await reminderParts(message, context, log, signal) : []
      const words = await wordsFor(message)
      if (!isAllowed) return textParts(stranger(words, message.userId))
      return (await answerAtOnce(message, words, signal)) ?? (await turns.answer(message as Asked, words, answering))
    },
    carrierOf(message) {
      const words = wordsOf(message)
      const note = isReminder(message)
        ? words('maybeReminded', {reminder: saidOf(message, context)})
        : words('interrupted')
      return carrierTo(bot, message.chatId, note)
    },
    stops: ({content}) => content.kind === 'command' && content.name === 'stop',
    overlapOf: async message =>
      isReminder(message) ? 'queue' : ((await context.chats.of(String(message.chatId))).overlap ?? 'queue'),
    join: (first, next) => {
      if (isReminder(first) || isReminder(next) || first.userId !== next.userId) return undefined
      if (first.content.kind !== 'text' || next.content.kind !== 'text') return undefined
      return {...next, content: {kind: 'text', text: `${first.content.text}\n${next.content.text}`}}
    },
    gaveUp: message => textParts(isReminder(message) ? saidOf(message, context) : wordsOf(message)('gaveUp')),
    supersedes: (later, earlier) =>
      !isReminder(later) &&
      !isReminder(earlier) &&
      later.edited === true &&
      later.messageId === earlier.messageId &&
      later.updateId > earlier.updateId,
  }
}

const stranger = (words: Words, id: string): string =>
  [words('stranger'), words('strangerId', {platform: 'Telegram', id, setting: 'TELEGRAM_AUTHORIZED_USERS'})].join('\n')
