import {refusalText} from '@essence/core/channel/access-words'
import {type AdminContext, isAdminCommand} from '@essence/core/channel/admin-commands'
import {type Admission, refusalSchema} from '@essence/core/channel/admission'
import {apology} from '@essence/core/channel/apology'
import {decidePairing} from '@essence/core/channel/commands/decide-pairing'
import {decideOwn} from '@essence/core/channel/commands/memory-commands'
import type {AnswerContext, ChannelAdapter, ChannelIntake} from '@essence/core/channel/delivery/adapter'
import type {Carrier} from '@essence/core/channel/delivery/carrier'
import {saidOf} from '@essence/core/channel/reminders/kept-reminder'
import type {Words} from '@essence/core/channel/words/words'
import {messageOf} from '@essence/core/kit/errors'
import type {Log} from '@essence/core/service/log'
import type {Asked, TurnAnswers} from '../answer-turn.ts'
import type {BotApi} from '../bot-api/bot-api.ts'
import {endPress} from '../bot-api/press.ts'
import {type CommandContext, personOf} from '../command-context.ts'
import {answerCommand, type Command} from '../commands.ts'
import {type Incoming, isIncoming, isPairing, isReminder, type Pending, senderOf} from '../incoming.ts'
import {type Part, textParts} from '../outgoing.ts'
import {answerAdmin} from '../people/admin-commands.ts'
import {pairingParts, pairingText} from '../people/pairing.ts'
import type {Moved} from '../read-incoming.ts'
import {reminderParts} from '../reminder.ts'
import {carrierTo} from '../sending/carrier.ts'
import {noteRefused, type SoundKind} from '../sending/taken-sounds.ts'
import {asOne} from '../turn-input.ts'
import {noteMoved, whereItIs} from './moved-groups.ts'
import {wordsOf} from './telegram-intake.ts'

export interface TelegramChannelOptions {
  bot: BotApi
  admission: Admission
  admin: AdminContext
  context: CommandContext
  turns: TurnAnswers
  log: Log
}

/** ms in which the messages of an album come, one by one. */
const albumMs = 1000

const albumOf = (message: Pending): string | undefined => (isIncoming(message) ? message.album : undefined)

/** Commands that tell what June knows of a person: nothing for others to read. */
const isPersonal = (name: string): boolean => /^(memory|forget|enrol)/.test(name)

/** How messages of Telegram are answered; `telegramIntake` says how they are taken over. */
export const telegramChannel = (
  options: TelegramChannelOptions,
): Omit<ChannelAdapter<Pending, Part>, keyof ChannelIntake<Pending>> => {
  const {bot, admission, admin, context, turns, log} = options

  const wordsFor = ({chatId, language}: {chatId: number; language?: string | undefined}): Promise<Words> =>
    context.languages.wordsFor(String(chatId), language)

  const knownIn = (words: Words) => ({assistant: context.engines.assistant, words, now: context.now})

  const sorry = (error: unknown, words: Words): Part[] => {
    log.error({why: messageOf(error)}, 'a command failed')
    return textParts(apology(error, context.limits, words))
  }

  const answerNamed = async (message: Incoming, command: Command, words: Words): Promise<Part[]> => {
    if (isAdminCommand(command.name)) return await answerAdmin(message, command, admin, words)
    if (message.group && isPersonal(command.name)) return textParts(words('privateOnly', {command: command.name}))
    return await answerCommand(command, asPersonOf(message), context, words)
  }

  /** What needs no turn; undefined where one is needed. */
  const answerAtOnce = async (message: Incoming, words: Words, signal: AbortSignal): Promise<Part[] | undefined> => {
    const {content, userId} = message
    switch (content.kind) {
      case 'command':
        return await answerNamed(message, content, words).catch(error => sorry(error, words))
      case 'stranger':
      case 'waiting':
      case 'blocked':
      case 'too-many':
      case 'over-budget':
        return textParts(refusalText(words, content, strangerOf(userId)))
      case 'unsupported':
        return textParts(words('unsupported'))
      case 'decision': {
        await endPress(bot, {...message, ...content}, log, signal)
        const own = async (): Promise<string | undefined> =>
          (await decidePairing(content, userId, admin, words)) ??
          (await decideOwn(content, personOf(message), knownIn(words), async speaker =>
            context.voices?.enrolments.erase(speaker),
          ))
        return await own().then(
          text => (text ? textParts(text) : undefined),
          error => sorry(error, words),
        )
      }
      case 'text':
      case 'sound':
      case 'collected':
        return undefined
    }
  }

  /** Why a message that was admitted is not answered any more: somebody was blocked, or the settings have changed. */
  const refused = async ({userId}: Incoming, words: Words): Promise<Part[]> => {
    const isBlocked = (await admission.standing(userId)) === 'blocked'
    return textParts(isBlocked ? words('blocked') : [words('stranger'), words('yourId', strangerOf(userId))].join('\n'))
  }

  /** Notes for the owner what went out. */
  const noted = (carrier: Carrier<Part>, {chatId}: Pending): Carrier<Part> => ({
    ...carrier,
    async send(part, signal, begin) {
      await carrier.send(part, signal, begin)
      admin.sent.add(context.now(), `telegram:${chatId}`, part.kind === 'text' ? part.text : part.caption)
    },
  })

  const refusedIn = (chatId: number, kind: SoundKind): Promise<void> =>
    noteRefused(context.chats, String(chatId), kind, context.now()).catch(error =>
      log.warn({why: messageOf(error)}, 'what a chat refuses is not remembered'),
    )

  const moved = (group: Moved): Promise<void> =>
    noteMoved(group, admin.access, log).catch(error =>
      log.error(
        {why: messageOf(error)},
        'the move of a group is not recorded; the next message to it tells of it again',
      ),
    )

  const noteOf = (message: Pending, words: Words): string => {
    if (isReminder(message)) return words('maybeReminded', {reminder: saidOf(message, context)})
    return isPairing(message) ? pairingText(message, words) : words('interrupted')
  }

  return {
    lasts: isReminder,
    needsTurn: ({content: {kind}}) => ['text', 'sound', 'decision', 'reminder'].includes(kind),
    async answer(given, known: AnswerContext) {
      const message = await whereItIs(given, admin.access)
      // What was shown of the answer stays in the group that is no more.
      const answering = message.chatId === given.chatId ? known : {...known, mark: undefined}
      const {signal} = answering
      if (isPairing(message)) return pairingParts(message, wordsOf(message))
      const isAllowed = await admission.allows(senderOf(message))
      if (isReminder(message)) return isAllowed ? await reminderParts(message, context, log, signal) : []
      const words = await wordsFor(message)
      if (!isAllowed && !refusalSchema.safeParse(message.content).success) return await refused(message, words)
      return (await answerAtOnce(message, words, signal)) ?? (await turns.answer(message as Asked, words, answering))
    },
    carrierOf(message) {
      const {chatId} = message
      const carrier = carrierTo({
        ...{bot, chatId, note: noteOf(message, wordsOf(message))},
        place: async () => (await whereItIs(message, admin.access)).chatId,
        onRefused: refusedIn,
        onMoved: to => moved({from: chatId, to}),
      })
      return noted(carrier, message)
    },
    async overlapOf(given) {
      if (!isIncoming(given)) return 'queue'
      const {chatId} = await whereItIs(given, admin.access)
      const overlap = (await context.chats.of(String(chatId))).overlap ?? 'queue'
      if (overlap !== 'collect' || given.group) return overlap
      // Each sentence of an enrolment is taken by itself.
      const {speaker} = personOf(given)
      return (await context.voices?.enrolments.awaits(speaker, String(given.messageId))) ? 'queue' : overlap
    },
    gatherMs: message => (albumOf(message) === undefined ? 0 : albumMs),
    belongs: (first, next) => albumOf(first) !== undefined && albumOf(first) === albumOf(next),
    join: (first, next) => {
      if (!isIncoming(first) || !isIncoming(next) || first.userId !== next.userId) return undefined
      const content = asOne(first.content, next.content)
      return content && {...next, content}
    },
    gaveUp(message) {
      if (isPairing(message)) return pairingParts(message, wordsOf(message))
      return textParts(isReminder(message) ? saidOf(message, context) : wordsOf(message)('gaveUp'))
    },
    supersedes: (later, earlier) =>
      isIncoming(later) &&
      isIncoming(earlier) &&
      later.edited === true &&
      later.messageId === earlier.messageId &&
      later.updateId > earlier.updateId,
  }
}

const strangerOf = (id: string) => ({platform: 'Telegram', id})

const asPersonOf = (message: Incoming) => ({
  ...personOf(message),
  ...{chat: String(message.chatId), isGroup: message.group !== undefined},
})
