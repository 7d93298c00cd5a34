import {join} from 'node:path'
import type {ChannelAccess} from '@essence/core/access/channel/port'
import type {Chats} from '@essence/core/channel/chats'
import {type Clock, systemClock} from '@essence/core/channel/clock'
import {Delivery} from '@essence/core/channel/delivery/delivery'
import type {Jobs} from '@essence/core/channel/delivery/job'
import {addQueueRoute} from '@essence/core/channel/delivery/queue-route'
import {addMessageRoute} from '@essence/core/channel/message-route'
import type {TurnLog} from '@essence/core/channel/turn-log'
import type {Listening} from '@essence/core/engines/listening'
import {type Engines, enginesInUse, type OpenOptions} from '@essence/core/engines/open'
import {openReopenable, type ReopenableEngines} from '@essence/core/engines/reopenable'
import {EssenceError, isEssenceError, messageOf} from '@essence/core/kit/errors'
import type {OwnerLock} from '@essence/core/kit/files/owner-lock'
import {tellEngines} from '@essence/core/service/engine/health'
import type {Health} from '@essence/core/service/health'
import {listen, openHttp} from '@essence/core/service/http'
import type {Log} from '@essence/core/service/log'
import type {Metrics} from '@essence/core/service/metrics'
import type {Service, ServiceSummary} from '@essence/core/service/run-service'
import {type IntakeOptions, openChannel, openIntake} from './channel/open-channel.ts'
import {DiscordApi} from './client/discord-api.ts'
import {Gateway} from './client/gateway.ts'
import {lockBot} from './client/lock-bot.ts'
import {reach} from './client/reach.ts'
import {dropDeleted} from './incoming/drop-deleted.ts'
import type {Pending} from './incoming/incoming.ts'
import {Intake} from './incoming/intake.ts'
import {Seen} from './incoming/seen.ts'
import type {Interactions} from './interactions.ts'
import {inviteUrl} from './invite.ts'
import type {Part} from './outgoing/parts.ts'
import {deliverNotices} from './people/notices.ts'
import {putCommands} from './put-commands.ts'
import type {DiscordSettings} from './settings.ts'
import {VoiceOnRequest} from './voice-on-request.ts'

export interface DiscordServiceOptions {
  settings: DiscordSettings
  host: string
  port: number
  openEngines: (options: Pick<OpenOptions, 'signal' | 'kept'>) => Promise<Engines>
  health: Health
  metrics: Metrics
  log: Log
  /** What voice channels listen with; opened when somebody first asks June to come. */
  openListening: () => Promise<Listening>
  /** Where what arrives is kept until it is answered. */
  openJobs: () => Promise<Jobs<Pending, Part>>
  openAccess: () => Promise<ChannelAccess>
  /** Where choices of people and channels are kept. */
  openChats: () => Promise<Chats>
  turnLog: TurnLog
  clock?: Clock
  /** Turns worked on at once; those of one channel never are. Default 16: engines have bounds of their own, a download has none. */
  parallelTurns?: number
}

/** What takes messages and answers them, once everything else is there. */
interface Running {
  delivery: Delivery<Pending, Part>
  intake: Intake
  gateway: Gateway
  /** Nothing where workers answer: voice channels need engines here. */
  voice: VoiceOnRequest | undefined
  /** What goes on beside: commands that are put to Discord, what the bot tells by itself. */
  beside: Promise<unknown>
}

/** The Discord channel: takes what people send, has June answer, sends the answers. */
export class DiscordService implements Service {
  readonly #options: DiscordServiceOptions
  readonly #clock: Clock
  readonly #api: DiscordApi
  readonly #http: ReturnType<typeof openHttp>
  /** Aborted to take nothing more, and to cancel the turns that run. */
  readonly #stopping = new AbortController()
  readonly #cancelTurns = new AbortController()
  #fail: ((error: unknown) => void) | undefined
  #isAsked = false
  #engines: ReopenableEngines | undefined
  #running: Running | undefined
  #jobs: Jobs<Pending, Part> | undefined
  #chats: Chats | undefined
  #access: ChannelAccess | undefined
  /** What the service says of itself and its engines, once it has started. */
  #summarize: (() => ServiceSummary) | undefined
  #lock: OwnerLock | undefined

  constructor(options: DiscordServiceOptions) {
    const {settings, health, metrics, log, clock = systemClock} = options
    const {token, apiRoot: root, requestTimeoutMs} = settings
    this.#options = options
    this.#clock = clock
    this.#api = new DiscordApi({token, root, requestTimeoutMs, onTokenRefused: () => void this.#askOfToken()})
    this.#http = openHttp({health, metrics, log, lingerMs: 500})
    if (!settings.usesQueue) {
      addMessageRoute(this.#http, {
        engines: () => this.#engines,
        record: {channel: 'discord-http', metrics, health, log},
        signal: this.#cancelTurns.signal,
      })
    }
    addQueueRoute(this.#http, `discord:${settings.botId}`, () => this.#jobs)
  }

  /** @throws LOCKED, TOKEN_REJECTED, CONFIG_INVALID, PORT_IN_USE, DISK_FULL, DATA_DIR_UNWRITABLE, CANCELLED, and what the engines throw */
  async start(...[signal, fail, listening]: Parameters<Service['start']>): Promise<ServiceSummary> {
    const {settings, host, port, openEngines, openJobs, openChats, openAccess, health, log} = this.#options
    this.#lock = await lockBot(settings.folder)
    const address = await listen(this.#http, host, port, 'DISCORD_SERVICE_PORT')
    listening?.({health: `${address}/health`})
    const jobs = await openJobs()
    this.#jobs = jobs
    const chats = await openChats()
    this.#chats = chats
    const access = await openAccess()
    this.#access = access
    const me = await reach(() => this.#api.me(signal), {signal, clock: this.#clock, log, health})
    const engines = settings.usesQueue ? undefined : await openReopenable(openEngines, {signal})
    this.#engines = engines
    if (engines) tellEngines(health, engines)
    this.#fail = fail
    const applicationId = await this.#run({jobs, chats, access}, engines, me.id, signal, fail)
    if ((await access.list('discord')).length === 0) {
      log.warn('nobody may talk to the bot yet: write to it, and approve the code: essence access approve CODE --owner')
    }
    this.#summarize = () => {
      const {lines, notices} = engines ?? {lines: ['answers: by voice workers (essence voice-worker)'], notices: []}
      return {
        ...{name: 'discord', address: inviteUrl(applicationId)},
        ...{lines: [...lines, `health: ${address}/health`], notices},
        engines: engines ? enginesInUse(engines) : [],
      }
    }
    return this.#summarize()
  }

  async reopen(signal: AbortSignal): Promise<ServiceSummary> {
    if (!this.#summarize) throw new EssenceError('ENGINE_UNAVAILABLE', 'The service has not started.')
    await this.#engines?.reopen(signal)
    if (this.#engines) tellEngines(this.#options.health, this.#engines)
    return this.#summarize()
  }

  async drain(deadline: AbortSignal): Promise<void> {
    const cancel = (): void => this.#cancelTurns.abort(new EssenceError('CANCELLED', 'The time to finish is over.'))
    if (deadline.aborted) cancel()
    else deadline.addEventListener('abort', cancel, {once: true})
    this.#stopping.abort()
    const {delivery, intake, gateway, voice, beside} = this.#running ?? {}
    await intake?.stop()
    // Before the connection, by which Discord is told that June leaves.
    await voice?.close()
    await Promise.all([gateway?.close(), beside, delivery?.stop(deadline)])
  }

  async close(): Promise<void> {
    this.#stopping.abort()
    this.#cancelTurns.abort(new EssenceError('CANCELLED', 'The service is closed.'))
    const {delivery, intake, gateway, voice, beside} = this.#running ?? {}
    await intake?.stop()
    await voice?.close()
    await Promise.all([gateway?.close(), beside, delivery?.stop(AbortSignal.abort())])
    await this.#http.close()
    await this.#engines?.close()
    await this.#jobs?.close()
    await this.#chats?.close()
    await this.#access?.close()
    await this.#options.turnLog.close()
    await this.#lock?.release()
  }

  /** Makes the parts that take and answer messages, each once those it needs are there, and begins. @returns the id of the application */
  async #run(
    {jobs, chats, access}: {jobs: Jobs<Pending, Part>; chats: Chats; access: ChannelAccess},
    engines: ReopenableEngines | undefined,
    me: string,
    signal: AbortSignal,
    fail: (error: unknown) => void,
  ): Promise<string> {
    const {settings, health, metrics, log} = this.#options
    const {token, apiRoot, requestTimeoutMs, users, owners, folder} = settings
    const [api, clock, cancelled] = [this.#api, this.#clock, this.#cancelTurns.signal]
    const seen = await Seen.open(join(folder, 'seen.json'), clock.now())
    const parts = {settings, api, chats, access, jobs, metrics, clock, signal: cancelled, log}
    const {delivery, interactions, voice} = this.#deliver(parts, engines)
    const intake = new Intake({
      ...{me, api, seen, people: [...users, ...owners], clock, log},
      accept: messages => delivery.accept(messages),
      drop: (channelId, ids) => dropDeleted(jobs, channelId, ids),
      onStrangePress: ({interaction}) => interactions.refuse(interaction, cancelled),
    })
    const gateway = new Gateway({token, root: apiRoot, requestTimeoutMs, listener: intake, fail, health, clock, log})
    this.#running = {delivery, intake, gateway, voice, beside: Promise.resolve()}
    await delivery.start()
    await gateway.connect(signal)
    const applicationId = gateway.client?.application?.id ?? me
    const telling = deliverNotices({
      ...{api, access, channel: 'discord', via: `discord:${settings.botId}`},
      // Without engines it is workers that know of them.
      reminders: () => engines?.assistant.mind?.reminders,
      accept: pending => delivery.accept(pending),
      ...{signal: this.#stopping.signal, log},
    })
    this.#running.beside = Promise.all([
      telling,
      putCommands(api, applicationId, {signal: this.#stopping.signal, clock, log}),
    ])
    return applicationId
  }

  /** What takes messages over, and answers them where that is not left to workers. */
  #deliver(
    parts: IntakeOptions,
    engines: ReopenableEngines | undefined,
  ): Pick<Running, 'delivery' | 'voice'> & {interactions: Interactions} {
    const {settings, turnLog, health, openListening, parallelTurns: parallel = 16} = this.#options
    const {jobs, clock, log} = parts
    if (!engines) {
      const {intake: channel, interactions} = openIntake(parts)
      return {delivery: new Delivery({jobs, channel, works: false, clock, log}), interactions, voice: undefined}
    }
    const {adapter, interactions, admission, record} = openChannel({
      ...{...parts, engines, turnLog, health},
      voice: (...asked) => voice.command(...asked),
    })
    const voice = new VoiceOnRequest({
      ...{admission, engines, record, language: settings.language, openListening},
      client: () => this.#running?.gateway.client,
    })
    return {delivery: new Delivery({jobs, channel: adapter, parallel, works: true, clock, log}), interactions, voice}
  }

  /** Anything on the way may answer 401 once; whether the token is gone says the call that needs nothing else. */
  async #askOfToken(): Promise<void> {
    if (this.#isAsked || !this.#fail) return
    this.#isAsked = true
    try {
      await this.#api.me(this.#stopping.signal)
    } catch (error) {
      if (!isEssenceError(error) || error.code !== 'TOKEN_REJECTED') return
      this.#options.health.set('discord', {status: 'unhealthy', detail: messageOf(error)})
      this.#fail(error)
    } finally {
      this.#isAsked = false
    }
  }
}
