import {strangerText, waitingText} from '@essence/core/channel/access-words'
import {type Admission, refusalSchema} from '@essence/core/channel/admission'
import {apology} from '@essence/core/channel/apology'
import type {AnswerContext, ChannelAdapter, ChannelIntake} from '@essence/core/channel/delivery/adapter'
import {type Words, wordsIn} from '@essence/core/channel/words/words'
import {messageOf} from '@essence/core/kit/errors'
import type {Log} from '@essence/core/service/log'
import type {Asked, TurnAnswers} from '../answer/answer-turn.ts'
import {type CommandContext, choicesKey, personOf} from '../answer/command-context.ts'
import {answerCommand} from '../answer/commands.ts'
import {decideOwn} from '../answer/memory-commands.ts'
import {reminderParts, saidOf} from '../answer/reminder.ts'
import type {DiscordApi} from '../client/discord-api.ts'
import {type Incoming, idOf, isReminder, type Pending, senderOf} from '../incoming/incoming.ts'
import type {Interactions} from '../interactions.ts'
import {carrierTo} from '../outgoing/carrier.ts'
import {addressed, nonceOf, type Part, textParts} from '../outgoing/parts.ts'

export interface DiscordChannelOptions {
  api: DiscordApi
  admission: Admission
  context: CommandContext
  turns: TurnAnswers
  interactions: Interactions
  /** `/join` and `/leave` of voice channels. @returns what to answer */
  voice: (name: 'join' | 'leave', who: {guildId: string | undefined; userId: string}, words: Words) => Promise<string>
  log: Log
}

/** How messages of Discord are answered; `discordIntake` says how they are taken over. */
export const discordChannel = (
  options: DiscordChannelOptions,
): Omit<ChannelAdapter<Pending, Part>, keyof ChannelIntake<Pending>> => {
  const {api, admission, context, turns, interactions, voice, log} = options

  const wordsFor = ({userId, locale}: Pick<Incoming, 'userId' | 'locale'>): Promise<Words> =>
    context.languages.wordsFor(choicesKey(userId), locale)

  /** As it was known when the message came. */
  const wordsOf = (message: Pending): Words => wordsIn(isReminder(message) ? message.content.language : message.locale)

  /** What needs no turn; undefined where one is needed. */
  const answerAtOnce = async (message: Incoming, words: Words, signal: AbortSignal): Promise<Part[] | undefined> => {
    const {content, userId} = message
    const sorry = (error: unknown): Part[] => {
      log.error({why: messageOf(error)}, 'a command failed')
      return textParts(apology(error, context.limits, words))
    }
    switch (content.kind) {
      case 'command':
        if (content.name === 'join' || content.name === 'leave') {
          const {guildId} = message
          return await voice(content.name, {guildId, userId}, words).then(textParts, sorry)
        }
        if (content.name === 'stop') await interactions.stopped(message.channelId, message.id, signal)
        return await answerCommand(content, message, context, words).catch(sorry)
      case 'stranger':
        return textParts(strangerText(words, content, {platform: 'Discord', id: userId}))
      case 'waiting':
        return textParts(waitingText(words, content.code))
      case 'blocked':
        return textParts(words('blocked'))
      case 'too-many':
        return textParts(words('tooMany', {wait: content.retryAfterMs}))
      case 'over-budget':
        return textParts(words('budgetSpent'))
      case 'unsupported':
        return textParts(words('unsupported'))
      case 'decision':
        return await decideOwn(content, personOf(message), context, words)
          .then(text => (text ? textParts(text) : undefined))
          .catch(sorry)
      case 'text':
      case 'sound':
        return undefined
    }
  }

  /** Why a message that was admitted is not answered any more: somebody was blocked, or the settings have changed. */
  const refused = async (message: Incoming, words: Words): Promise<Part[] | undefined> => {
    if (refusalSchema.safeParse(message.content).success || (await admission.allows(senderOf(message))))
      return undefined
    const isBlocked = (await admission.standing(message.userId)) === 'blocked'
    const about = {platform: 'Discord', id: message.userId}
    return textParts(isBlocked ? words('blocked') : [words('stranger'), words('yourId', about)].join('\n'))
  }

  const answer = async (message: Incoming, known: AnswerContext): Promise<Part[]> => {
    await interactions.acknowledged(message, known.signal)
    const words = await wordsFor(message)
    const parts = (await refused(message, words)) ?? (await answerAtOnce(message, words, known.signal))
    if (parts) return addressed(parts, known.id, message, {mark: known.mark})
    return await turns.answer(message as Asked, words, known)
  }

  return {
    lasts: isReminder,
    needsTurn: ({content: {kind}}) => ['text', 'sound', 'decision', 'reminder'].includes(kind),
    async answer(message, known) {
      if (!isReminder(message)) return await answer(message, known).finally(() => interactions.ended(message))
      if (!(await admission.allows(senderOf(message)))) return []
      const parts = await reminderParts(message, context, log, known.signal)
      return parts.map((part, index) => ({...part, nonce: nonceOf(known.id, index)}))
    },
    carrierOf(message) {
      const words = wordsOf(message)
      const text = isReminder(message)
        ? words('maybeReminded', {reminder: saidOf(message, context)})
        : words('interrupted')
      const interaction = isReminder(message) ? undefined : message.interaction
      const as = interaction?.isPrivate ? ('further' as const) : undefined
      const note: Part = {kind: 'text', text, nonce: nonceOf(idOf(message), 'note'), as}
      return carrierTo(api, {channelId: message.channelId, interaction}, note)
    },
    gaveUp(message) {
      if (isReminder(message)) return textParts(saidOf(message, context))
      return addressed(textParts(wordsOf(message)('gaveUp')), idOf(message), message)
    },
    supersedes: (later, earlier) =>
      !isReminder(later) &&
      !isReminder(earlier) &&
      later.edited === true &&
      later.messageId === earlier.messageId &&
      later.id !== earlier.id,
    overlapOf: async message =>
      isReminder(message) ? 'queue' : ((await context.chats.of(message.channelId)).overlap ?? 'queue'),
    join(first, next) {
      if (isReminder(first) || isReminder(next) || first.userId !== next.userId) return undefined
      if (first.interaction || next.interaction) return undefined
      if (first.content.kind !== 'text' || next.content.kind !== 'text') return undefined
      return {...next, content: {kind: 'text', text: `${first.content.text}\n${next.content.text}`}}
    },
  }
}
