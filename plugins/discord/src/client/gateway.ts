import type {Clock} from '@essence/core/channel/clock'
import {reach} from '@essence/core/channel/host/reach'
import {EssenceError, isEssenceError, messageOf} from '@essence/core/kit/errors'
import type {Secret} from '@essence/core/kit/secret'
import type {Health} from '@essence/core/service/health'
import type {Log} from '@essence/core/service/log'
import {Client, Events, GatewayDispatchEvents, GatewayIntentBits, Options} from 'discord.js'
import {callFailed, DiscordError, gatewayRefused, tokenRejected} from './discord-error.ts'

/** What people do, as Discord tells it, unread. */
export interface GatewayListener {
  message(raw: unknown): void
  edited(raw: unknown): void
  /** One message, or many of a channel, are gone. */
  deleted(raw: unknown): void
  interaction(raw: unknown): void
  /** A session begins anew: what happened since the last one is not told. */
  begins(raw: unknown): void
  /** A server is there, with all of its channels. */
  server(raw: unknown): void
}

export interface GatewayOptions {
  token: Secret
  /** `https://discord.com/api`, or a server that acts like it. */
  root: string
  requestTimeoutMs: number
  listener: GatewayListener
  /** Told, once connected, of what ends the connection for good. */
  fail: (error: unknown) => void
  health: Health
  clock: Clock
  log: Log
}

/** What is asked of Discord; that of the content is privileged: https://discord.com/developers/docs/events/gateway#gateway-intents */
const intents = [
  GatewayIntentBits.Guilds,
  GatewayIntentBits.GuildMessages,
  GatewayIntentBits.DirectMessages,
  GatewayIntentBits.MessageContent,
  GatewayIntentBits.GuildVoiceStates,
]

/** The connection that events come by. It is kept, resumed and made anew by discord.js; what it cannot do is told. */
export class Gateway {
  readonly #options: GatewayOptions
  #client: Client | undefined
  #isConnected = false

  constructor(options: GatewayOptions) {
    this.#options = options
  }

  /** The client, once connected: for voice channels. */
  get client(): Client | undefined {
    return this.#client
  }

  /**
   * Connects, as often as it takes.
   * @throws TOKEN_REJECTED, CONFIG_INVALID (the bot may not read messages), REMOTE_REFUSED, CANCELLED
   */
  async connect(signal: AbortSignal): Promise<void> {
    const {health, clock, log} = this.#options
    await reach('Discord', () => this.#attempt(signal), {signal, clock, log, health})
    this.#isConnected = true
  }

  async close(): Promise<void> {
    this.#isConnected = false
    await this.#client?.destroy()
  }

  /** A client that failed once is of no use any more: each attempt has its own. */
  async #attempt(signal: AbortSignal): Promise<void> {
    const {token} = this.#options
    await this.#client?.destroy()
    const ended = Promise.withResolvers<never>()
    // It may end when no one waits for it.
    ended.promise.catch(() => {})
    const client = this.#open(code => ended.reject(gatewayRefused(code)))
    this.#client = client
    const cancel = (): void => ended.reject(new EssenceError('CANCELLED', 'Cancelled before Discord was reached.'))
    signal.addEventListener('abort', cancel, {once: true})
    try {
      await Promise.race([ended.promise, client.login(token.reveal())])
    } catch (error) {
      await client.destroy()
      if (isEssenceError(error)) throw error
      // The reason why the gateway closed is told right after the end itself.
      await Promise.race([ended.promise, new Promise(resolve => setImmediate(resolve))])
      throw loginFailed(error)
    } finally {
      signal.removeEventListener('abort', cancel)
    }
  }

  #open(onEnd: (code: number) => void): Client {
    const {root, requestTimeoutMs, listener, fail, health, log} = this.#options
    const client = new Client({
      intents,
      rest: {api: root.replace(/\/+$/, ''), timeout: requestTimeoutMs},
      // Messages are read here as Discord sends them; nothing of theirs is to stay in memory.
      makeCache: Options.cacheWithLimits({...Options.DefaultMakeCacheSettings, MessageManager: 0, ReactionManager: 0}),
    })
    const {ws} = client
    guardHandlers(ws, log)
    ws.on(GatewayDispatchEvents.MessageCreate, raw => listener.message(raw))
    ws.on(GatewayDispatchEvents.MessageUpdate, raw => listener.edited(raw))
    ws.on(GatewayDispatchEvents.MessageDelete, raw => listener.deleted(raw))
    ws.on(GatewayDispatchEvents.MessageDeleteBulk, raw => listener.deleted(raw))
    ws.on(GatewayDispatchEvents.InteractionCreate, raw => listener.interaction(raw))
    ws.on(GatewayDispatchEvents.GuildCreate, raw => listener.server(raw))
    ws.on(GatewayDispatchEvents.Ready, raw => {
      health.set('discord', {status: 'healthy'})
      listener.begins(raw)
    })
    ws.on(GatewayDispatchEvents.Resumed, () => {
      health.set('discord', {status: 'healthy'})
      log.info('the connection to Discord goes on')
    })
    client.on(Events.ShardReconnecting, () => {
      // Also told where this process itself ends it.
      if (!this.#isConnected) return
      health.set('discord', {status: 'degraded', detail: 'the connection to Discord is being made anew'})
      log.warn('the connection to Discord broke; it is made anew')
    })
    client.on(Events.ShardDisconnect, ({code}) => {
      onEnd(code)
      if (!this.#isConnected) return
      const error = gatewayRefused(code)
      health.set('discord', {status: 'unhealthy', detail: messageOf(error)})
      fail(error)
    })
    client.on(Events.ShardError, error => log.warn({why: callFailed('the gateway', error, false).message}, 'gateway'))
    // An emitter throws what it is not listened to for.
    client.on(Events.Error, error => log.warn({why: callFailed('the gateway', error, false).message}, 'gateway'))
    return client
  }
}

/** Read here as Discord sends it: the library need make no objects of it. */
const readHere = new Set<string>([
  GatewayDispatchEvents.MessageCreate,
  GatewayDispatchEvents.MessageUpdate,
  GatewayDispatchEvents.MessageDelete,
  GatewayDispatchEvents.MessageDeleteBulk,
  GatewayDispatchEvents.InteractionCreate,
])

interface Handler {
  handlePacket(packet?: {t: string}, shard?: unknown): boolean
}

/**
 * The library makes objects of events where nothing catches what goes wrong: one field that it expects and that Discord leaves out would
 * end the process.
 */
const guardHandlers = (ws: Client['ws'], log: Log): void => {
  const handler = ws as unknown as Handler
  const handle = handler.handlePacket.bind(handler)
  handler.handlePacket = (packet, shard) => {
    if (packet && readHere.has(packet.t)) return true
    try {
      return handle(packet, shard)
    } catch (error) {
      log.warn({event: packet?.t, why: messageOf(error)}, 'an event of Discord was not understood')
      return false
    }
  }
}

const loginFailed = (error: unknown): EssenceError => {
  const {code, message} = error as {code?: unknown; message?: unknown}
  if (code === 'TokenInvalid') return tokenRejected()
  // "Not enough sessions remaining to spawn 1 shards": a thousand logins a day.
  const [, resets] = /Not enough sessions remaining.*resets at (\S+)/.exec(String(message)) ?? []
  if (resets === undefined) return callFailed('to connect', error, true)
  const retryAfterMs = Math.max(0, Date.parse(resets) - Date.now()) || undefined
  return new DiscordError('REMOTE_UNREACHABLE', 'Discord takes no more logins of this bot today.', {
    retryAfterMs,
    certainlyNotDone: true,
  })
}
