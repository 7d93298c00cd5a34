import type {ChannelAccess} from '../../access/channel/port.ts'
import {type Engines, enginesInUse, type OpenOptions} from '../../engines/open.ts'
import {openReopenable, type ReopenableEngines} from '../../engines/reopenable.ts'
import {EssenceError} from '../../kit/errors.ts'
import type {OwnerLock} from '../../kit/files/owner-lock.ts'
import {tellEngines} from '../../service/engine/health.ts'
import type {Health} from '../../service/health.ts'
import {listen, openHttp} from '../../service/http.ts'
import type {Log} from '../../service/log.ts'
import type {Metrics} from '../../service/metrics.ts'
import type {Service, ServiceSummary} from '../../service/run-service.ts'
import type {Chats} from '../chats.ts'
import type {Jobs} from '../delivery/job.ts'
import {watchQueue} from '../delivery/queue-metrics.ts'
import {addQueueRoute} from '../delivery/queue-route.ts'
import {addMessageRoute} from '../message-route.ts'
import type {OpenedSends} from '../send-rate/open-sends.ts'
import type {TurnLog} from '../turn-log.ts'
import {lockBot} from './lock-bot.ts'

/** What a service of a bot is given to stand on. */
export interface ChannelHostOptions<Message, Part> {
  host: string
  port: number
  openEngines: (options: Pick<OpenOptions, 'signal' | 'kept'>) => Promise<Engines>
  /** Where what arrives is kept until it is answered. */
  openJobs: () => Promise<Jobs<Message, Part>>
  /** Who may talk to the bot. */
  openAccess: () => Promise<ChannelAccess>
  /** Where is kept what people chose. */
  openChats: () => Promise<Chats>
  /** What else sends for the bot. Default: nothing does. */
  openSends?: (() => Promise<OpenedSends>) | undefined
  /** Where the times of turns are kept. */
  turnLog: TurnLog
  health: Health
  metrics: Metrics
  log: Log
}

/** Which bot it is. */
export interface HostedBot {
  /** As people call the platform; in small letters the name of the channel and of its service. */
  platform: string
  botId: string
  /** Folder of this bot. */
  folder: string
  /** What arrives is answered by voice workers, not here. */
  usesQueue?: boolean | undefined
}

export interface OpenedStores<Message, Part> {
  jobs: Jobs<Message, Part>
  chats: Chats
  access: ChannelAccess
}

/** What every service of a bot has: its lock, its port, its databases, its engines, and their end. */
export class ChannelHost<Message, Part> {
  readonly #bot: HostedBot
  readonly #options: ChannelHostOptions<Message, Part>
  readonly #http: ReturnType<typeof openHttp>
  /** Aborted to take nothing more, and to cancel the turns that run. */
  readonly #stopping = new AbortController()
  readonly #cancelTurns = new AbortController()
  #lock: OwnerLock | undefined
  #address = ''
  #stores: Partial<OpenedStores<Message, Part>> = {}
  #sends: OpenedSends | undefined
  #engines: ReopenableEngines | undefined
  /** Where people find the bot, once it has started. */
  #found: string | undefined

  constructor(bot: HostedBot, options: ChannelHostOptions<Message, Part>) {
    const {health, metrics, log} = options
    this.#bot = bot
    this.#options = options
    this.#http = openHttp({health, metrics, log, lingerMs: 500})
    if (!bot.usesQueue) {
      addMessageRoute(this.#http, {
        engines: () => this.#engines,
        record: {channel: `${this.#name}-http`, metrics, health, log},
        signal: this.cancelled,
      })
    }
    addQueueRoute(this.#http, `${this.#name}:${bot.botId}`, () => this.#stores.jobs)
    watchQueue(metrics, this.#name, () => this.#stores.jobs)
  }

  /** Aborted when nothing more is to be taken. */
  get stopping(): AbortSignal {
    return this.#stopping.signal
  }

  /** Aborted when the turns that run are to end. */
  get cancelled(): AbortSignal {
    return this.#cancelTurns.signal
  }

  /** What else sends for the bot, once it is known. */
  get sends(): OpenedSends | undefined {
    return this.#sends
  }

  /** @throws LOCKED, PORT_IN_USE, STORE_UNAVAILABLE, DISK_FULL, DATA_DIR_UNWRITABLE */
  async open(listening: Parameters<Service['start']>[2]): Promise<OpenedStores<Message, Part>> {
    const {platform, folder} = this.#bot
    const {host, port, openJobs, openChats, openAccess, openSends} = this.#options
    const variable = platform.toUpperCase()
    this.#lock = await lockBot(folder, platform, `${variable}_BOT_TOKEN`)
    this.#address = await listen(this.#http, host, port, `${variable}_SERVICE_PORT`)
    listening?.({health: `${this.#address}/health`})
    const jobs = await openJobs()
    this.#stores.jobs = jobs
    const chats = await openChats()
    this.#stores.chats = chats
    const access = await openAccess()
    this.#stores.access = access
    this.#sends = await openSends?.()
    return {jobs, chats, access}
  }

  /** @returns undefined where workers answer  @throws what the engines throw */
  async openEngines(signal: AbortSignal): Promise<ReopenableEngines | undefined> {
    return this.#bot.usesQueue ? undefined : await this.openOwnEngines(signal)
  }

  /** For what only this process can do, also where workers answer. @throws what the engines throw */
  async openOwnEngines(signal: AbortSignal): Promise<ReopenableEngines> {
    const engines = await openReopenable(this.#options.openEngines, {signal})
    this.#engines = engines
    tellEngines(this.#options.health, engines)
    return engines
  }

  /** The bot takes messages. @param address where people find it @throws STORE_UNAVAILABLE */
  async started(address: string): Promise<ServiceSummary> {
    this.#found = address
    if ((await this.#stores.access?.list(this.#name))?.length === 0) {
      this.#options.log.warn(
        'nobody may talk to the bot yet: write to it, and approve the code: essence access approve CODE --owner',
      )
    }
    return this.#summary(address)
  }

  /** @throws ENGINE_UNAVAILABLE: it has not started */
  async reopen(signal: AbortSignal): Promise<ServiceSummary> {
    if (this.#found === undefined) throw new EssenceError('ENGINE_UNAVAILABLE', 'The service has not started.')
    await this.#engines?.reopen(signal)
    if (this.#engines) tellEngines(this.#options.health, this.#engines)
    return this.#summary(this.#found)
  }

  /** Takes nothing more. @param deadline aborted to cancel the turns that run, too */
  stop(deadline: AbortSignal): void {
    const cancel = (): void => this.#cancelTurns.abort(new EssenceError('CANCELLED', 'The time to finish is over.'))
    if (deadline.aborted) cancel()
    else deadline.addEventListener('abort', cancel, {once: true})
    this.#stopping.abort()
  }

  /** Closes all of it, once nothing of the bot runs any more. */
  async close(): Promise<void> {
    const {jobs, chats, access} = this.#stores
    await this.#http.close()
    await this.#engines?.close()
    await jobs?.close()
    await chats?.close()
    await access?.close()
    await this.#sends?.close()
    await this.#options.turnLog.close()
    await this.#lock?.release()
  }

  get #name(): string {
    return this.#bot.platform.toLowerCase()
  }

  #summary(address: string): ServiceSummary {
    const engines = this.#engines
    const {lines, notices} = engines ?? {lines: ['answers: by voice workers (essence voice-worker)'], notices: []}
    return {
      ...{name: this.#name, address, notices},
      lines: [...lines, `health: ${this.#address}/health`],
      engines: engines ? enginesInUse(engines) : [],
    }
  }
}
