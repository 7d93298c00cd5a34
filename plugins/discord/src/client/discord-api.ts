import {SendRate} from '@essence/core/channel/send-rate/send-rate'
import type {SharedSends} from '@essence/core/channel/send-rate/shared-sends'
import type {Secret} from '@essence/core/kit/secret'
import {REST, Routes} from 'discord.js'
import * as z from 'zod'
import {type Application, applicationSchema, channelSchema, contentFlags, meSchema, messageSchema} from './answers.ts'
import {callFailed, DiscordError, heldBack, throwIfCancelled} from './discord-error.ts'
import {download} from './download.ts'

export interface DiscordApiOptions {
  token: Secret
  /** `https://discord.com/api`, or a server that acts like it. */
  root: string
  /** Longest wait for an answer, in ms. */
  requestTimeoutMs: number
  /** Told when Discord has refused the token, which it then refuses for everything. */
  onTokenRefused?: (() => void) | undefined
  /** What other processes of the bot ask of Discord. Default: there are none. */
  sends?: (() => Pick<SharedSends, 'enter'> | undefined) | undefined
}

/** A file that goes out with a message. */
export interface OutgoingFile {
  name: string
  contentType: string
  data: Uint8Array
}

/** A message as the API takes it: https://discord.com/developers/docs/resources/message#create-message */
export type MessageBody = Record<string, unknown>

/** Awaited once a message may go out, before its first byte. */
type Begin = () => Promise<void>

interface CallOptions {
  body?: unknown
  files?: readonly OutgoingFile[] | undefined
  query?: Record<string, string> | undefined
  /** The address carries a token of its own, of an interaction. */
  open?: boolean
  begin?: Begin | undefined
}

/** The version of the API; https://discord.com/developers/docs/reference#api-versioning */
const version = '10'

/** What Discord takes of a bot, but for interactions: https://discord.com/developers/docs/topics/rate-limits#global-rate-limit */
const inAll = {count: 50, ms: 1000}

/**
 * Discord's REST API as this service uses it. Nothing is tried twice here, and nothing waits for a limit: the caller knows what may
 * be repeated, and is told how long to wait. Every failed call throws a DiscordError, or CANCELLED when its signal aborted.
 */
export class DiscordApi {
  readonly #options: DiscordApiOptions
  readonly #rest: REST
  readonly #rate: SendRate

  constructor(options: DiscordApiOptions) {
    const {root, token, requestTimeoutMs, sends} = options
    this.#options = options
    this.#rate = new SendRate(inAll, sends)
    this.#rest = new REST({
      api: root.replace(/\/+$/, ''),
      version,
      // A message that may have gone out is no matter of the library's: see `Carrier`.
      retries: 0,
      rejectOnRateLimit: () => true,
      timeout: requestTimeoutMs,
    }).setToken(token.reveal())
  }

  async me(signal?: AbortSignal): Promise<z.infer<typeof meSchema>> {
    return this.#read(meSchema, await this.#call('who the bot is', 'get', Routes.user(), {}, signal))
  }

  /** What the portal says of the bot: its application, who made it, whether it may read what people write. */
  async application(signal?: AbortSignal): Promise<Application> {
    const answer = await this.#call('about the application', 'get', Routes.currentApplication(), {}, signal)
    const {id, flags = 0, owner, team} = this.#read(applicationSchema, answer)
    const people = team ? team.members.map(({user}) => user) : owner ? [owner] : []
    return {
      id,
      canReadMessages: (flags & contentFlags) !== 0,
      owners: people.map(({id, username}) => ({id, name: username})),
    }
  }

  /** @returns the message as it stands, which may be one that came before with the same nonce */
  async createMessage(
    channelId: string,
    body: MessageBody,
    files: readonly OutgoingFile[],
    signal: AbortSignal,
    begin?: Begin,
  ): Promise<z.infer<typeof messageSchema>> {
    const options = {body, files, begin}
    const answer = await this.#call('a message', 'post', Routes.channelMessages(channelId), options, signal)
    return this.#read(messageSchema, answer)
  }

  async editMessage(
    channelId: string,
    messageId: string,
    body: MessageBody,
    signal: AbortSignal,
    begin?: Begin,
  ): Promise<void> {
    const route = Routes.channelMessage(channelId, messageId)
    await this.#call('to change a message', 'patch', route, {body, begin}, signal)
  }

  async deleteMessage(channelId: string, messageId: string, signal: AbortSignal): Promise<void> {
    await this.#call('to delete a message', 'delete', Routes.channelMessage(channelId, messageId), {}, signal)
  }

  /** A message as Discord has it now, unread. */
  async message(channelId: string, messageId: string, signal: AbortSignal): Promise<unknown> {
    return await this.#call('a message to read', 'get', Routes.channelMessage(channelId, messageId), {}, signal)
  }

  /** Up to a hundred messages of a channel after one, oldest first, unread. */
  async messagesAfter(channelId: string, after: string, signal: AbortSignal): Promise<unknown[]> {
    const query = {after, limit: '100'}
    const answer = await this.#call('messages', 'get', Routes.channelMessages(channelId), {query}, signal)
    return this.#read(z.array(z.unknown()), answer).toReversed()
  }

  /** Shows for ten seconds that the bot writes. */
  async showTyping(channelId: string, signal: AbortSignal): Promise<void> {
    await this.#call('that it writes', 'post', Routes.channelTyping(channelId), {}, signal)
  }

  /** The private conversation with a person; the same one each time. @returns its id */
  async openDirect(userId: string, signal: AbortSignal): Promise<string> {
    const body = {recipient_id: userId}
    return this.#read(channelSchema, await this.#call('a conversation', 'post', Routes.userChannels(), {body}, signal))
      .id
  }

  async putCommands(applicationId: string, commands: readonly object[], signal: AbortSignal): Promise<void> {
    const route = Routes.applicationCommands(applicationId)
    await this.#call('the list of commands', 'put', route, {body: commands}, signal)
  }

  /** The first answer to an interaction, within 3 s of it. */
  async callback(id: string, token: string, body: MessageBody, signal: AbortSignal): Promise<void> {
    await this.#call('a first answer', 'post', Routes.interactionCallback(id, token), {body, open: true}, signal)
  }

  /** Puts something in the place of the answer to an interaction; as often as one likes. */
  async editOriginal(
    applicationId: string,
    token: string,
    body: MessageBody,
    files: readonly OutgoingFile[],
    signal: AbortSignal,
    begin?: Begin,
  ): Promise<void> {
    const route = Routes.webhookMessage(applicationId, token, '@original')
    await this.#call('an answer', 'patch', route, {body, files, open: true, begin}, signal)
  }

  /** Takes the answer to an interaction away. */
  async deleteOriginal(applicationId: string, token: string, signal: AbortSignal): Promise<void> {
    const route = Routes.webhookMessage(applicationId, token, '@original')
    await this.#call('to take an answer away', 'delete', route, {open: true}, signal)
  }

  /** A further answer to an interaction. */
  async followUp(
    applicationId: string,
    token: string,
    body: MessageBody,
    files: readonly OutgoingFile[],
    signal: AbortSignal,
    begin?: Begin,
  ): Promise<void> {
    const route = Routes.webhook(applicationId, token)
    await this.#call('a further answer', 'post', route, {body, files, open: true, begin}, signal)
  }

  /**
   * The bytes of a file, as they arrive.
   * @param url as Discord gave it
   */
  download(url: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    return download(url, this.#options.requestTimeoutMs, signal)
  }

  async #call(
    what: string,
    method: 'get' | 'post' | 'put' | 'patch' | 'delete',
    route: `/${string}`,
    {body, files, query, open = false, begin}: CallOptions,
    signal?: AbortSignal,
  ): Promise<unknown> {
    const {token, requestTimeoutMs, onTokenRefused} = this.#options
    const permit = open ? undefined : await this.#rate.enter({chat: '', signal})
    if (permit && !permit.ok) {
      throwIfCancelled(signal, what)
      throw heldBack(what, permit.retryAfterMs)
    }
    try {
      await begin?.()
      // The library's own timeout ends with the headers; a body that hangs is ours.
      const timeout = AbortSignal.timeout(requestTimeoutMs)
      const request = {
        auth: !open,
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
        ...(body === undefined ? {} : {body}),
        ...(query ? {query: new URLSearchParams(query)} : {}),
        ...(files?.length
          ? {files: files.map(({name, contentType, data}) => ({name, contentType, data: Buffer.from(data)}))}
          : {}),
      }
      return await this.#rest[method](route, request).catch(error => {
        throwIfCancelled(signal, what)
        const failure = callFailed(what, timeout.aborted ? {code: 'ETIMEDOUT'} : error, !open)
        if (failure.code === 'TOKEN_REJECTED') {
          // The library forgets a token that was refused once, and then asks for nothing any more.
          this.#rest.setToken(token.reveal())
          onTokenRefused?.()
        }
        throw failure
      })
    } finally {
      await permit?.end()
    }
  }

  #read<T>(schema: z.ZodType<T>, answer: unknown): T {
    const {data, success} = schema.safeParse(answer)
    if (success) return data
    throw new DiscordError('REMOTE_REFUSED', 'Discord gave an answer that is not as its documentation says.', {
      certainlyNotDone: false,
    })
  }
}
