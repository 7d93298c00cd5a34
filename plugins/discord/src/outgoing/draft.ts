import type {Clock} from '@essence/core/channel/clock'
import {withGrace} from '@essence/core/channel/grace'
import {shorten} from '@essence/core/channel/split-text'
import {messageOf} from '@essence/core/kit/errors'
import type {Log} from '@essence/core/service/log'
import type {DiscordApi} from '../client/discord-api.ts'
import {DiscordError} from '../client/discord-error.ts'
import type {Interaction} from '../incoming/incoming.ts'
import {create} from './carrier.ts'
import {maxMessageLength, type Part} from './parts.ts'

/** ms between two changes: Discord allows five in five seconds, and other answers need some of them. */
const everyMs = 1500

/** As much of an answer stands in it; with an ellipsis the answer itself is never shorter than what was shown. */
const maxShown = maxMessageLength - 2

export interface DraftOptions {
  api: DiscordApi
  channelId: string
  interaction?: Interaction | undefined
  /** The first part of the answer, as it is addressed; the draft becomes it. */
  part: Pick<Part, 'nonce' | 'replyTo'>
  /** The message that shows the answer already, from before a crash. */
  mark: string | undefined
  /** Notes the message, so that it is found after a crash. */
  note: (messageId: string) => Promise<void>
  clock: Clock
  log: Log
}

/**
 * Shows an answer while it is written: a message that is changed every now and then, at last into the answer. It has the nonce of the
 * answer, and its id is noted with the job: after a crash the same message is found, so that none is left behind. Nothing that fails
 * here reaches the turn.
 */
export class Draft {
  readonly #options: DraftOptions
  readonly #ended = new AbortController()
  #wanted = ''
  #shown = ''
  #messageId: string | undefined
  #notBefore: number
  #work: Promise<void> | undefined

  constructor(options: DraftOptions) {
    this.#options = options
    this.#messageId = options.mark
    // An answer that is there by then needs none.
    this.#notBefore = options.clock.now() + everyMs
  }

  show(text: string): void {
    this.#wanted = text.trim() ? shorten(`${text.trim()} …`, maxShown) : ''
    if (!this.#ended.signal.aborted) this.#work ??= this.#keepShown()
  }

  /** Resolves when nothing of it is on its way any more. @returns the message that is to become the answer, if there is one */
  async end(): Promise<string | undefined> {
    this.#ended.abort()
    await this.#work
    return this.#messageId
  }

  async #keepShown(): Promise<void> {
    const {clock} = this.#options
    const {signal} = this.#ended
    while (!signal.aborted) {
      await clock.wait(Math.max(0, this.#notBefore - clock.now()), signal)
      if (signal.aborted) return
      if (this.#wanted === this.#shown) {
        this.#work = undefined
        return
      }
      await this.#put(this.#wanted)
    }
  }

  async #put(text: string): Promise<void> {
    const {clock, log} = this.#options
    this.#shown = text
    this.#notBefore = clock.now() + everyMs
    try {
      await withGrace(signal => this.#send(text, signal), this.#ended.signal, clock)
    } catch (error) {
      if (!this.#ended.signal.aborted) log.debug({why: messageOf(error)}, 'the draft was not shown')
      if (!(error instanceof DiscordError)) return
      if (error.retryAfterMs) this.#notBefore = clock.now() + error.retryAfterMs
      // It was deleted, or the bot may not write here: the answer itself will tell.
      else if (error.certainlyNotDone && !error.retryable) this.#ended.abort()
    }
  }

  async #send(text: string, signal: AbortSignal): Promise<void> {
    const {api, channelId, interaction, part, note} = this.#options
    const body = {content: text, allowed_mentions: {parse: []}}
    if (interaction) {
      await api.editOriginal(interaction.applicationId, interaction.token, body, [], signal)
    } else if (this.#messageId !== undefined) await api.editMessage(channelId, this.#messageId, body, signal)
    else {
      this.#messageId = await create(
        api,
        channelId,
        {nonce: part.nonce, replyTo: part.replyTo, kind: 'text', text},
        signal,
      )
      await note(this.#messageId)
    }
  }
}
