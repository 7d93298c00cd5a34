import {refusalText} from '@essence/core/channel/access-words'
import {type AdminContext, answerAdminCommand, isAdminCommand} from '@essence/core/channel/admin-commands'
import {type Admission, refusalSchema} from '@essence/core/channel/admission'
import {apology} from '@essence/core/channel/apology'
import type {CommandContext} from '@essence/core/channel/commands/command-context'
import {decidePairing} from '@essence/core/channel/commands/decide-pairing'
import {decideOwn} from '@essence/core/channel/commands/memory-commands'
import type {AnswerContext, ChannelAdapter, ChannelIntake} from '@essence/core/channel/delivery/adapter'
import type {Carrier} from '@essence/core/channel/delivery/carrier'
import {saidOf} from '@essence/core/channel/reminders/kept-reminder'
import {together} from '@essence/core/channel/several-messages'
import {type Words, wordsIn} from '@essence/core/channel/words/words'
import {messageOf} from '@essence/core/kit/errors'
import type {Log} from '@essence/core/service/log'
import type {TurnAnswers} from '../answer/answer-turn.ts'
import {choicesKey, personOf} from '../answer/command-context.ts'
import {answerCommand} from '../answer/commands.ts'
import {reminderParts} from '../answer/reminder.ts'
import type {DiscordApi} from '../client/discord-api.ts'
import {
  type Asked,
  type Content,
  type Incoming,
  idOf,
  isIncoming,
  isPairing,
  isReminder,
  type Pending,
  saidIn,
  senderOf,
} from '../incoming/incoming.ts'
import type {Interactions} from '../interactions.ts'
import {carrierTo} from '../outgoing/carrier.ts'
import {addressed, nonceOf, type Part, textParts} from '../outgoing/parts.ts'
import {pairingParts, pairingText} from '../people/pairing.ts'

type Command = Extract<Content, {kind: 'command'}>
type Decision = Extract<Content, {kind: 'decision'}>

export interface DiscordChannelOptions {
  api: DiscordApi
  admission: Admission
  admin: AdminContext
  context: CommandContext
  turns: TurnAnswers
  interactions: Interactions
  /** Whether a message was deleted before it could be answered. */
  isDeleted: (message: Incoming, signal: AbortSignal) => Promise<boolean>
  /** `/join` and `/leave` of voice channels. @returns what to answer */
  voice: (name: 'join' | 'leave', who: {guildId: string | undefined; userId: string}, words: Words) => Promise<string>
  log: Log
}

/** How messages of Discord are answered; `discordIntake` says how they are taken over. */
export const discordChannel = (
  options: DiscordChannelOptions,
): Omit<ChannelAdapter<Pending, Part>, keyof ChannelIntake<Pending>> => {
  const {api, admission, admin, context, turns, interactions, isDeleted, voice, log} = options

  const wordsFor = ({userId, locale}: Pick<Incoming, 'userId' | 'locale'>): Promise<Words> =>
    context.languages.wordsFor(choicesKey(userId), locale)

  /** As it was known when the message came. */
  const wordsOf = (message: Pending): Words => {
    if (isReminder(message)) return wordsIn(message.content.language)
    return wordsIn(isPairing(message) ? message.language : message.locale)
  }

  const noteOf = (message: Pending): string => {
    const words = wordsOf(message)
    if (isReminder(message)) return words('maybeReminded', {reminder: saidOf(message, context)})
    return isPairing(message) ? pairingText(message, words) : words('interrupted')
  }

  const answerNamed = async (message: Incoming, command: Command, words: Words): Promise<Part[]> => {
    const {name, argument = ''} = command
    if (!isAdminCommand(name)) return await answerCommand(command, message, context, words)
    // What it shows is the owner's alone.
    if (!message.isDirect && !message.interaction?.isPrivate) return textParts(words('privateOnly', {command: name}))
    return textParts(await answerAdminCommand({name, argument, by: message.userId, words}, admin))
  }

  /** What becomes of a question of the bot's own; undefined where it is the assistant's. */
  const decided = async (message: Incoming, decision: Decision, words: Words): Promise<string | undefined> =>
    (await decidePairing(decision, message.userId, admin, words)) ??
    (await decideOwn(
      decision,
      personOf(message),
      {assistant: context.engines.assistant, words, now: context.now},
      async speaker => context.voices?.enrolments.erase(speaker),
    ))

  /** What needs no turn; undefined where one is needed. */
  const answerAtOnce = async (message: Incoming, words: Words): Promise<Part[] | undefined> => {
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
        return await answerNamed(message, content, words).catch(sorry)
      case 'stranger':
      case 'waiting':
      case 'blocked':
      case 'too-many':
      case 'over-budget':
        return textParts(refusalText(words, content, {platform: 'Discord', id: userId}))
      case 'unsupported':
        return textParts(words('unsupported'))
      case 'decision':
        return await decided(message, content, words).then(text => (text ? textParts(text) : undefined), sorry)
      case 'text':
      case 'sound':
      case 'collected':
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
    if (await isDeleted(message, known.signal)) return await takeAway(message, known)
    await interactions.acknowledged(message, known.signal)
    const words = await wordsFor(message)
    const parts = (await refused(message, words)) ?? (await answerAtOnce(message, words))
    if (parts) return addressed(parts, known.id, message, {mark: known.mark})
    return await turns.answer(message as Asked, words, known)
  }

  /** Nothing is answered; what was shown of an answer before the process ended goes too. */
  const takeAway = async ({id, channelId}: Incoming, {mark, signal}: AnswerContext): Promise<Part[]> => {
    log.info({id}, 'deleted while nobody was there: not answered')
    if (mark !== undefined)
      await api
        .deleteMessage(channelId, mark, signal)
        .catch(error => log.debug({why: messageOf(error)}, 'a draft stays'))
    return []
  }

  /** Notes for the owner what went out. */
  const noted = (carrier: Carrier<Part>, {userId}: Pending): Carrier<Part> => ({
    ...carrier,
    async send(part, signal, begin) {
      await carrier.send(part, signal, begin)
      if (part.kind === 'text') admin.sent.add(context.now(), `discord:${userId}`, part.text)
    },
  })

  return {
    lasts: isReminder,
    needsTurn: ({content: {kind}}) => ['text', 'sound', 'decision', 'reminder'].includes(kind),
    async answer(message, known) {
      if (isIncoming(message)) return await answer(message, known)
      const numbered = (parts: Part[]) => parts.map((part, index) => ({...part, nonce: nonceOf(known.id, index)}))
      if (isPairing(message)) return numbered(pairingParts(message, wordsOf(message)))
      if (!(await admission.allows(senderOf(message)))) return []
      return numbered(await reminderParts(message, context, log, known.signal))
    },
    carrierOf(message) {
      const interaction = isIncoming(message) ? message.interaction : undefined
      const as = interaction?.isPrivate ? ('further' as const) : undefined
      const note: Part = {kind: 'text', text: noteOf(message), nonce: nonceOf(idOf(message), 'note'), as}
      return noted(
        carrierTo(api, {channelId: message.channelId, interaction, isElsewhere: interactions.isElsewhere}, note),
        message,
      )
    },
    gaveUp(message) {
      if (isPairing(message)) return pairingParts(message, wordsOf(message))
      if (isReminder(message)) return textParts(saidOf(message, context))
      return addressed(textParts(wordsOf(message)('gaveUp')), idOf(message), message)
    },
    supersedes: (later, earlier) =>
      isIncoming(later) &&
      isIncoming(earlier) &&
      later.edited === true &&
      later.messageId === earlier.messageId &&
      later.id !== earlier.id,
    async overlapOf(message) {
      if (!isIncoming(message)) return 'queue'
      const overlap = (await context.chats.of(message.channelId)).overlap ?? 'queue'
      if (overlap !== 'collect' || !message.isDirect) return overlap
      // Each sentence of an enrolment is taken by itself.
      const {speaker} = personOf(message)
      return (await context.voices?.enrolments.awaits(speaker, message.id)) ? 'queue' : overlap
    },
    join(first, next) {
      if (!isIncoming(first) || !isIncoming(next) || first.userId !== next.userId) return undefined
      if (first.interaction || next.interaction) return undefined
      const content = together(saidIn(first), saidIn(next))
      return content && {...next, content}
    },
  }
}
