import type {Admission} from '@essence/core/channel/admission'
import {apology} from '@essence/core/channel/apology'
import type {Entry} from '@essence/core/channel/delivery/entry'
import type {Journal} from '@essence/core/channel/delivery/journal'
import {deliver, type OutboxOptions, resume} from '@essence/core/channel/delivery/outbox'
import {isEssenceError, messageOf} from '@essence/core/kit/errors'
import type {Asked, TurnAnswers} from './answer-turn.ts'
import type {BotApi} from './bot-api/bot-api.ts'
import {endPress} from './bot-api/press.ts'
import {type CommandContext, personOf} from './command-context.ts'
import {answerCommand} from './commands.ts'
import type {Incoming, Pending, PendingReminder} from './incoming.ts'
import {decideOwn} from './memory-commands.ts'
import {carrierTo, type Part, textParts} from './outgoing.ts'
import {reminderParts, saidOf} from './reminder.ts'
import {gaveUp, interrupted, maybeReminded, stranger, tooMany, unsupported} from './texts.ts'

/** A message that ended the process this often is given up. */
const maxCrashes = 3

export interface WorkerOptions extends Omit<OutboxOptions<Pending, Part>, 'carrier'> {
  journal: Journal<Pending, Part>
  bot: BotApi
  admission: Admission
  context: CommandContext
  turns: TurnAnswers
}

/** Answers stored updates and sends stored reminders, one at a time per call. */
export class UpdateWorker {
  readonly #options: WorkerOptions

  constructor(options: WorkerOptions) {
    this.#options = options
  }

  /** Works on one of them. Never rejects: what it cannot end stays in the journal for the next start. */
  async work(entry: Entry<Pending, Part>, signal: AbortSignal): Promise<void> {
    const {message, id} = entry
    const {bot, context, journal, log} = this.#options
    if (!message || signal.aborted) return
    const note = isReminder(message) ? maybeReminded(saidOf(message, context)) : interrupted
    const outbox = {...this.#options, carrier: carrierTo(bot, message.chatId, note)}
    try {
      if (this.#isSuperseded(message)) {
        await journal.change(id, {state: 'done'})
        return
      }
      const outcome =
        entry.state === 'sending'
          ? await resume(entry, outbox, signal)
          : await deliver(entry, await this.#answer(entry, message, signal), outbox, signal)
      await journal.change(id, {state: 'done'})
      log.info({id, kind: message.content.kind, outcome}, 'answered')
    } catch (error) {
      if (isEssenceError(error) && error.code === 'CANCELLED') {
        log.info({id}, 'stopped in the middle of an answer; the next start goes on with it')
      } else log.error({id, why: messageOf(error)}, 'an update could not be worked to its end')
    }
  }

  /** Whether a later version of the message waits: that one is answered. */
  #isSuperseded(pending: Pending): boolean {
    if (isReminder(pending)) return false
    const {chatId, messageId, updateId} = pending
    return this.#options.journal
      .unanswered()
      .some(
        ({message}) =>
          message &&
          !isReminder(message) &&
          message.edited &&
          message.chatId === chatId &&
          message.messageId === messageId &&
          message.updateId > updateId,
      )
  }

  async #answer(entry: Entry<Pending, Part>, message: Pending, signal: AbortSignal): Promise<Part[]> {
    const {admission, context, turns, log} = this.#options
    if (!admission.allows(message.userId)) return isReminder(message) ? [] : textParts(stranger(message.userId))
    if (isReminder(message)) {
      const send = () => reminderParts(message, context, log, signal)
      return await this.#guarded(entry, send, saidOf(message, context))
    }
    return (
      (await this.#answerAtOnce(message, signal)) ??
      this.#guarded(entry, () => turns.answer(message as Asked, signal), gaveUp)
    )
  }

  /** What needs no turn; undefined where one is needed. */
  async #answerAtOnce(message: Incoming, signal: AbortSignal): Promise<Part[] | undefined> {
    const {bot, context, log} = this.#options
    const {content, userId} = message
    switch (content.kind) {
      case 'command':
        return await answerCommand(content, personOf(userId), context).catch(error => this.#sorry(error))
      case 'too-many':
        return textParts(tooMany(content.retryAfterMs))
      case 'unsupported':
        return textParts(unsupported)
      case 'decision': {
        await endPress(bot, {...message, ...content}, log, signal)
        const own = decideOwn(content, personOf(userId), context)
        return await own.then(text => (text ? textParts(text) : undefined)).catch(error => this.#sorry(error))
      }
      case 'text':
      case 'sound':
        return undefined
    }
  }

  #sorry(error: unknown): Part[] {
    this.#options.log.error({why: messageOf(error)}, 'a command failed')
    return textParts(apology(error, this.#options.context.limits))
  }

  /** Makes an answer that may end the process: one that did so time and again is not tried once more. */
  async #guarded({id, crashes}: Entry<Pending, Part>, answer: () => Promise<Part[]>, instead: string): Promise<Part[]> {
    const {journal, log} = this.#options
    if (crashes >= maxCrashes) return textParts(instead)
    // Where this cannot be written, the answer is worth more than knowing what ended the process.
    await journal.change(id, {state: 'working'}).catch(error => log.warn({why: messageOf(error)}, 'not recorded'))
    try {
      return await answer()
    } catch (error) {
      // A stop is no crash: the next start need not suspect this message.
      await journal.change(id, {state: 'received'}).catch(() => undefined)
      throw error
    }
  }
}

const isReminder = (pending: Pending): pending is PendingReminder => pending.content.kind === 'reminder'
