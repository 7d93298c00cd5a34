import type {Admission} from '@essence/core/channel/admission'
import type {Entry} from '@essence/core/channel/delivery/entry'
import type {Journal} from '@essence/core/channel/delivery/journal'
import {deliver, type OutboxOptions, resume} from '@essence/core/channel/delivery/outbox'
import {isEssenceError, messageOf} from '@essence/core/kit/errors'
import type {Asked, TurnAnswers} from './answer-turn.ts'
import type {BotApi} from './bot-api.ts'
import {answerCommand, type CommandContext} from './commands.ts'
import type {Incoming} from './incoming.ts'
import {carrierTo, type Part, textParts} from './outgoing.ts'
import {gaveUp, stranger, tooMany, unsupported} from './texts.ts'

/** A message that ended the process this often is given up. */
const maxCrashes = 3

export interface WorkerOptions extends Omit<OutboxOptions<Incoming, Part>, 'carrier'> {
  journal: Journal<Incoming, Part>
  bot: BotApi
  admission: Admission
  context: CommandContext
  turns: TurnAnswers
}

/** Answers stored updates, one at a time per call. */
export class UpdateWorker {
  readonly #options: WorkerOptions

  constructor(options: WorkerOptions) {
    this.#options = options
  }

  /** Answers one update. Never rejects: what it cannot end stays in the journal for the next start. */
  async work(entry: Entry<Incoming, Part>, signal: AbortSignal): Promise<void> {
    const {message, id} = entry
    const {bot, journal, log} = this.#options
    if (!message || signal.aborted) return
    const outbox = {...this.#options, carrier: carrierTo(bot, message.chatId)}
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
  #isSuperseded({chatId, messageId, updateId}: Incoming): boolean {
    return this.#options.journal
      .unanswered()
      .some(
        ({message}) =>
          message?.edited &&
          message.chatId === chatId &&
          message.messageId === messageId &&
          message.updateId > updateId,
      )
  }

  async #answer({id, crashes}: Entry<Incoming, Part>, message: Incoming, signal: AbortSignal): Promise<Part[]> {
    const {admission, context, journal, turns, log} = this.#options
    const {content, userId} = message
    if (!admission.allows(userId)) return textParts(stranger(userId))
    switch (content.kind) {
      case 'command':
        return textParts(answerCommand(content.name, context))
      case 'too-many':
        return textParts(tooMany(content.retryAfterMs))
      case 'unsupported':
        return textParts(unsupported)
      case 'text':
      case 'sound':
        break
    }
    if (crashes >= maxCrashes) return textParts(gaveUp)
    // Where this cannot be written, the answer is worth more than knowing what ended the process.
    await journal.change(id, {state: 'working'}).catch(error => log.warn({why: messageOf(error)}, 'not recorded'))
    try {
      return await turns.answer(message as Asked, signal)
    } catch (error) {
      // A stop is no crash: the next start need not suspect this message.
      await journal.change(id, {state: 'received'}).catch(() => undefined)
      throw error
    }
  }
}
