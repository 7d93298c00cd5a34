import {messageOf} from '@essence/core/kit/errors'
import {retry} from '@essence/core/kit/flow/retry'
import type {Log} from '@essence/core/service/log'
import {InteractionResponseType, MessageFlags} from 'discord.js'
import type {DiscordApi} from './client/discord-api.ts'
import {DiscordError} from './client/discord-error.ts'
import type {Incoming, Interaction} from './incoming/incoming.ts'

/** Discord waits so long for a first answer, in ms, less what the last attempt takes. */
const withinMs = 2500

/** First answers that are remembered, so that none is given again. */
const maxKnown = 500

/** "Interaction has already been acknowledged": an attempt whose answer was lost. */
const alreadyDone = 40_060

/**
 * The first answers to slash commands and buttons, which are due within 3 s, long before the answer itself: a command is shown as being
 * answered, a question loses its buttons. What fails here costs the address, not the answer: that goes into the channel.
 */
export class Interactions {
  readonly #api: DiscordApi
  readonly #log: Log
  readonly isElsewhere: boolean
  /** First answers that were begun, by id. */
  readonly #begun = new Map<string, Promise<void>>()

  /** @param elsewhere first answers are given by another process, or here */
  constructor(api: DiscordApi, log: Log, {isElsewhere = false}: {isElsewhere?: boolean} = {}) {
    this.#api = api
    this.#log = log
    this.isElsewhere = isElsewhere
  }

  /** Begins the first answer to what was stored. */
  acknowledge(told: Incoming, signal: AbortSignal): void {
    const {interaction, content} = told
    if (!interaction || this.isElsewhere || this.#begun.has(interaction.id)) return
    if (content.kind === 'decision') {
      this.#callback(interaction, {type: InteractionResponseType.UpdateMessage, data: {components: []}}, signal)
      return
    }
    const flags = interaction.isPrivate ? MessageFlags.Ephemeral : 0
    this.#callback(interaction, {type: InteractionResponseType.DeferredChannelMessageWithSource, data: {flags}}, signal)
  }

  /** Resolves when the first answer is given, or cannot be; begins it where an earlier start stopped before. */
  async acknowledged(told: Incoming, signal: AbortSignal): Promise<void> {
    if (!told.interaction) return
    this.acknowledge(told, signal)
    await this.#begun.get(told.interaction.id)
  }

  /** Takes away what is shown of a command that is not answered any more. Never rejects. */
  async withdraw({applicationId, token}: Interaction, signal: AbortSignal): Promise<void> {
    await this.#api.deleteOriginal(applicationId, token, signal).catch(error => this.#failed(error))
  }

  /** Ends the waiting of somebody who pressed a button that is another person's; nothing else comes of it. */
  refuse(interaction: Interaction, signal: AbortSignal): void {
    this.#callback(interaction, {type: InteractionResponseType.DeferredMessageUpdate}, signal)
  }

  #callback({id, token}: Interaction, body: {type: InteractionResponseType; data?: object}, signal: AbortSignal): void {
    const within = AbortSignal.any([signal, AbortSignal.timeout(withinMs)])
    const given = retry(() => this.#api.callback(id, token, body, within), {
      signal: within,
      pause: (_, error) => (error as DiscordError).retryAfterMs ?? 300,
      retryable: error => error instanceof DiscordError && error.retryable,
    }).catch(error => this.#failed(error))
    this.#begun.set(id, given)
    const [oldest] = this.#begun.keys()
    if (this.#begun.size > maxKnown && oldest !== undefined) this.#begun.delete(oldest)
  }

  #failed(error: unknown): void {
    if (error instanceof DiscordError && error.reason === alreadyDone) return
    this.#log.warn({why: messageOf(error)}, 'a first answer to a command was not taken')
  }
}
