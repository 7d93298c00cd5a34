import {messageOf} from '@essence/core/kit/errors'
import type {Log} from '@essence/core/service/log'
import type {Api} from 'grammy'
import {grammySignal} from './bot-api.ts'
import {BotApiError} from './bot-api-error.ts'
import type {Clock} from './clock.ts'
import {withGrace} from './grace.ts'
import {maxMessageLength, shorten} from './split-text.ts'

/** Telegram asks for about one message a second in a chat: https://core.telegram.org/bots/faq#broadcasting-to-users */
const editEveryMs = 1000

export interface StatusMessageOptions {
  api: Api
  chatId: number
  clock: Clock
  log: Log
  /** A message left by an earlier start, to be edited instead of sending a new one. */
  messageId?: number
  onSent?: (messageId: number) => Promise<void>
}

/**
 * The message that says what is going on: sent once, edited at most once a second, deleted at the end. What comes in
 * between is skipped, the last state wins. Nothing that fails here reaches the turn.
 */
export class StatusMessage {
  readonly #options: StatusMessageOptions
  readonly #ended = new AbortController()
  #messageId: number | undefined
  #wanted = ''
  #shown = ''
  #notBefore = 0
  #work: Promise<void> | undefined

  constructor(options: StatusMessageOptions) {
    this.#options = options
    this.#messageId = options.messageId
  }

  show(text: string): void {
    this.#wanted = shorten(text, maxMessageLength)
    if (!this.#ended.signal.aborted) this.#work ??= this.#catchUp().finally(() => (this.#work = undefined))
  }

  /** Leaves the message to the next start; resolves when the id of one that is just being sent is known. */
  async leave(): Promise<void> {
    this.#ended.abort()
    await this.#work
  }

  /** Deletes the message, or turns it into `lastText`. */
  async end(lastText?: string): Promise<void> {
    const {api, chatId} = this.#options
    await this.leave()
    if (this.#messageId === undefined) return
    const id = this.#messageId
    await this.#attempt(() => (lastText ? api.editMessageText(chatId, id, lastText) : api.deleteMessage(chatId, id)))
  }

  async #catchUp(): Promise<void> {
    const {clock} = this.#options
    while (this.#wanted !== this.#shown && !this.#ended.signal.aborted) {
      const pause = this.#notBefore - clock.now()
      if (pause > 0) {
        await clock.wait(pause, this.#ended.signal)
        continue
      }
      const text = this.#wanted
      this.#notBefore = clock.now() + editEveryMs
      await this.#attempt(() => this.#put(text))
      this.#shown = text
    }
  }

  async #put(text: string): Promise<void> {
    const {api, chatId, clock, onSent} = this.#options
    const signal = grammySignal(this.#ended.signal)
    if (this.#messageId !== undefined) {
      await api.editMessageText(chatId, this.#messageId, text, {}, signal)
      return
    }
    // Not cancelled with the rest at once: a message whose id is unknown could never be deleted.
    const send = (signal: AbortSignal) =>
      api.sendMessage(chatId, text, {disable_notification: true}, grammySignal(signal))
    const sent = await withGrace(send, this.#ended.signal, clock)
    this.#messageId = sent.message_id
    await onSent?.(sent.message_id)
  }

  async #attempt(call: () => Promise<unknown>): Promise<void> {
    const {clock, log} = this.#options
    try {
      await call()
    } catch (error) {
      if (error instanceof BotApiError && error.retryAfterMs) this.#notBefore = clock.now() + error.retryAfterMs
      if (!this.#ended.signal.aborted) log.debug({why: messageOf(error)}, 'the status message was not updated')
    }
  }
}
