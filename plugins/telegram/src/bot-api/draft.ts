import type {Clock} from '@essence/core/channel/clock'
import {withGrace} from '@essence/core/channel/grace'
import {messageOf} from '@essence/core/kit/errors'
import type {Log} from '@essence/core/service/log'
import {maxMessageLength, shorten} from '../split-text.ts'
import {type BotApi, grammySignal} from './bot-api.ts'
import {BotApiError} from './bot-api-error.ts'

/** Telegram asks for about one message a second in a chat: https://core.telegram.org/bots/faq#broadcasting-to-users */
const everyMs = 1000

/** A draft is shown for 30 s after its last change: https://core.telegram.org/bots/api#sendmessagedraft */
const refreshMs = 20_000

export interface DraftOptions {
  bot: BotApi
  chatId: number
  /** Any number but 0; the same one animates the change. */
  draftId: number
  clock: Clock
  log: Log
}

/**
 * Says in a private chat what is going on, and what is written so far, as a draft: it changes at most once a second, the
 * last state wins, and it is gone as soon as a message is sent, or by itself half a minute after the process has died.
 * Where a server knows no drafts nothing is shown. Nothing that fails here reaches the turn.
 */
export class Draft {
  readonly #options: DraftOptions
  readonly #ended = new AbortController()
  #wanted = ''
  #shown = ''
  #refreshAt = Number.POSITIVE_INFINITY
  #notBefore = 0
  #work: Promise<void> | undefined
  /** Aborted to look anew before the time. */
  #changed = new AbortController()

  constructor(options: DraftOptions) {
    this.#options = options
  }

  show(text: string): void {
    this.#wanted = shorten(text, maxMessageLength)
    this.#changed.abort()
    if (!this.#ended.signal.aborted) this.#work ??= this.#keepShown()
  }

  /** Resolves when nothing of it is on its way any more: a draft that came after the answer would stand below it. */
  async end(): Promise<void> {
    this.#ended.abort()
    await this.#work
  }

  async #keepShown(): Promise<void> {
    const {clock} = this.#options
    const {signal} = this.#ended
    while (!signal.aborted) {
      const dueAt = this.#wanted === this.#shown ? this.#refreshAt : this.#notBefore
      const pauseMs = dueAt - clock.now()
      this.#changed = new AbortController()
      if (pauseMs > 0) await clock.wait(pauseMs, AbortSignal.any([signal, this.#changed.signal]))
      else await this.#put(this.#wanted)
    }
  }

  async #put(text: string): Promise<void> {
    const {bot, chatId, draftId, clock, log} = this.#options
    const send = (signal: AbortSignal) => bot.api.sendMessageDraft(chatId, draftId, text, {}, grammySignal(signal))
    this.#shown = text
    this.#notBefore = clock.now() + everyMs
    this.#refreshAt = clock.now() + refreshMs
    try {
      await withGrace(send, this.#ended.signal, clock)
    } catch (error) {
      if (!this.#ended.signal.aborted) log.debug({why: messageOf(error)}, 'the draft was not shown')
      if (!(error instanceof BotApiError)) return
      if (error.retryAfterMs) this.#notBefore = clock.now() + error.retryAfterMs
      // A server without drafts, or a chat that takes none.
      else if (error.certainlyNotDone && !error.retryable) this.#ended.abort()
    }
  }
}
