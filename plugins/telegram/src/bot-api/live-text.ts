import type {Clock} from '@essence/core/channel/clock'
import {withGrace} from '@essence/core/channel/grace'
import {shorten} from '@essence/core/channel/split-text'
import {messageOf} from '@essence/core/kit/errors'
import type {Log} from '@essence/core/service/log'
import {type BotApi, grammySignal} from './bot-api.ts'
import {BotApiError, unlessUnchanged} from './bot-api-error.ts'
import {maxMessageLength} from './limits.ts'

/**
 * Telegram asks for about one message a second in a chat, and twenty a minute in a group, where changes count as well; messages need some
 * of them: https://core.telegram.org/bots/faq#broadcasting-to-users
 */
const draftEveryMs = 1000
const editEveryMs = 4000

/** A draft is shown for 30 s after its last change: https://core.telegram.org/bots/api#sendmessagedraft */
const refreshMs = 20_000

/**
 * Any number but 0. One for all drafts of a bot: that of a turn that was stopped, or whose process died, gives way to the next one in its
 * chat at once.
 */
export const draftId = 1

/** Letters that are worth a message of their own, before it is known how it goes on. */
const minLetters = 40

interface LiveTextOptions {
  /** Shows the text in the place of the one before. */
  put: (text: string, signal: AbortSignal) => Promise<unknown>
  /** ms between two changes. */
  everyMs: number
  /** ms after which the same text is shown again. Default: never. */
  refreshMs?: number | undefined
  clock: Clock
  log: Log
}

/**
 * A text that is written before the eyes of people: it changes at most so often, and the last state wins. Nothing that fails here
 * reaches the turn.
 */
export class LiveText {
  readonly #options: LiveTextOptions
  readonly #ended = new AbortController()
  #wanted = ''
  #shown = ''
  #refreshAt = Number.POSITIVE_INFINITY
  #notBefore = 0
  #work: Promise<void> | undefined
  /** Aborted to look anew before the time. */
  #changed = new AbortController()

  constructor(options: LiveTextOptions) {
    this.#options = options
  }

  show(text: string): void {
    this.#wanted = shorten(text, maxMessageLength)
    this.#changed.abort()
    if (!this.#ended.signal.aborted) this.#work ??= this.#keepShown()
  }

  /** Resolves when nothing of it is on its way any more: what came after the answer would stand below it. */
  async end(): Promise<void> {
    this.#ended.abort()
    await this.#work
  }

  async #keepShown(): Promise<void> {
    const {clock} = this.#options
    const {signal} = this.#ended
    while (!signal.aborted) {
      const dueAt = this.#wanted === this.#shown ? this.#refreshAt : this.#notBefore
      // No timer is longer than this; nothing that is shown lasts so long.
      const pauseMs = Math.min(dueAt - clock.now(), 3_600_000)
      this.#changed = new AbortController()
      if (pauseMs > 0) await clock.wait(pauseMs, AbortSignal.any([signal, this.#changed.signal]))
      else await this.#put(this.#wanted)
    }
  }

  async #put(text: string): Promise<void> {
    const {put, everyMs, refreshMs, clock, log} = this.#options
    this.#shown = text
    this.#notBefore = clock.now() + everyMs
    if (refreshMs !== undefined) this.#refreshAt = clock.now() + refreshMs
    try {
      await withGrace(signal => put(text, signal), this.#ended.signal, clock)
    } catch (error) {
      if (!this.#ended.signal.aborted) log.debug({why: messageOf(error)}, 'what is being written was not shown')
      if (!(error instanceof BotApiError)) return
      if (error.retryAfterMs) this.#notBefore = clock.now() + error.retryAfterMs
      // A server without drafts, or a chat that takes none.
      else if (error.certainlyNotDone && !error.retryable) this.#ended.abort()
    }
  }
}

export interface LiveTextIn {
  bot: BotApi
  chatId: number
  /** The message that is answered. */
  messageId: number
  clock: Clock
  log: Log
}

/**
 * In a private chat a draft says what goes on, and what is written so far: it is gone as soon as a message is sent, or by itself half a
 * minute after the process has died. Where a server knows no drafts nothing is shown.
 */
export const draftIn = ({bot, chatId, clock, log}: Omit<LiveTextIn, 'messageId'>): LiveText => {
  const put = (text: string, signal: AbortSignal) =>
    bot.api.sendMessageDraft(chatId, draftId, text, {}, grammySignal(signal))
  return new LiveText({put, everyMs: draftEveryMs, refreshMs, clock, log})
}

/**
 * Elsewhere the answer itself is a message that is changed while it is written, and never a word of how far it is: what is left of it
 * after a crash is a part of the answer.
 * @param shown id of the message, where an earlier process had sent it
 * @param note keeps the id, before anything else is done with it
 */
export const editedIn = (
  {bot, chatId, messageId, clock, log}: LiveTextIn,
  shown: number | undefined,
  note: (messageId: number) => Promise<void>,
): {live: LiveText; messageId: () => number | undefined} => {
  let id = shown
  let isDoubtful = false
  const put = async (text: string, signal: AbortSignal): Promise<void> => {
    if (id !== undefined) {
      await bot.api.editMessageText(chatId, id, text, {}, grammySignal(signal)).catch(unlessUnchanged)
      return
    }
    if (isDoubtful || text.length < minLetters) return
    const above = {reply_parameters: {message_id: messageId, allow_sending_without_reply: true}}
    const sent = await bot.api.sendMessage(chatId, text, above, grammySignal(signal)).catch(error => {
      // Perhaps it stands there: another one would say the same below it.
      isDoubtful = !(error instanceof BotApiError) || !error.certainlyNotDone
      throw error
    })
    id = sent.message_id
    await note(id)
  }
  return {live: new LiveText({put, everyMs: editEveryMs, clock, log}), messageId: () => id}
}
