import {join} from 'node:path'
import type {ChannelAccess} from '@essence/core/access/channel/port'
import type {Chats} from '@essence/core/channel/chats'
import {type Clock, systemClock} from '@essence/core/channel/clock'
import {Delivery} from '@essence/core/channel/delivery/delivery'
import type {Jobs} from '@essence/core/channel/delivery/job'
import {addQueueRoute} from '@essence/core/channel/delivery/queue-route'
import {addMessageRoute} from '@essence/core/channel/message-route'
import type {TurnLog} from '@essence/core/channel/turn-log'
import {type Engines, enginesInUse, type OpenOptions} from '@essence/core/engines/open'
import {openReopenable, type ReopenableEngines} from '@essence/core/engines/reopenable'
import {EssenceError, messageOf, throwIfCancelled} from '@essence/core/kit/errors'
import type {OwnerLock} from '@essence/core/kit/files/owner-lock'
import {tellEngines} from '@essence/core/service/engine/health'
import type {Health} from '@essence/core/service/health'
import {listen, openHttp} from '@essence/core/service/http'
import type {Log} from '@essence/core/service/log'
import type {Metrics} from '@essence/core/service/metrics'
import type {Service, ServiceSummary} from '@essence/core/service/run-service'
import type {SpeakerRecognition} from '@essence/core/speaker/port'
import {type BotApi, openBotApi} from './bot-api/bot-api.ts'
import {putCommandMenus} from './bot-api/command-menus.ts'
import {reach} from './bot-api/reach.ts'
import {openChannel, openIntake} from './channel/open-channel.ts'
import {commandsOf} from './commands.ts'
import type {Pending} from './incoming.ts'
import type {Part} from './outgoing.ts'
import {deliverNotices} from './people/notices.ts'
import {allowedUpdates, type Me, readIncoming} from './read-incoming.ts'
import type {TelegramSettings} from './settings.ts'
import {lockBot, refuseWebhook} from './updates/only-poller.ts'
import {Poller} from './updates/poller.ts'
import type {UpdateSource} from './updates/update-source.ts'
import {openWebhook} from './updates/webhook.ts'

export interface TelegramServiceOptions {
  settings: TelegramSettings
  host: string
  port: number
  openEngines: (options: Pick<OpenOptions, 'signal' | 'kept'>) => Promise<Engines>
  health: Health
  metrics: Metrics
  log: Log
  /** Where what arrives is kept until it is answered. */
  openJobs: () => Promise<Jobs<Pending, Part>>
  /** Who may talk to the bot. */
  openAccess: () => Promise<ChannelAccess>
  /** Where the times of turns are kept. */
  turnLog: TurnLog
  /** Where is kept what people chose in a chat. */
  openChats: () => Promise<Chats>
  /** Tells people apart by their voices. Default: nobody does. */
  openVoices?: ((signal: AbortSignal) => Promise<SpeakerRecognition>) | undefined
  clock?: Clock
  pollSeconds?: number
  /** Turns worked on at once; those of one chat never are. Default 16: engines have bounds of their own, a download has none. */
  parallelTurns?: number
}

interface Opened {
  jobs: Jobs<Pending, Part>
  chats: Chats
  access: ChannelAccess
  voices: SpeakerRecognition | undefined
}

/** What takes messages and answers them, once everything else is there. */
interface Running {
  delivery: Delivery<Pending, Part>
  source: UpdateSource
  polling: Promise<void>
  telling: Promise<void>
  /** Ends once Telegram shows the commands. */
  showing: Promise<void>
}

/** The Telegram channel: takes what people send, has June answer, sends the answers. */
export class TelegramService implements Service {
  readonly #options: TelegramServiceOptions
  readonly #clock: Clock
  readonly #bot: BotApi
  readonly #http: ReturnType<typeof openHttp>
  /** Aborted to end polling, and to cancel the turns that run. */
  readonly #stopPolling = new AbortController()
  readonly #cancelTurns = new AbortController()
  #engines: ReopenableEngines | undefined
  #running: Running | undefined
  #jobs: Jobs<Pending, Part> | undefined
  #chats: Chats | undefined
  #access: ChannelAccess | undefined
  #voices: SpeakerRecognition | undefined
  /** What the service says of itself and its engines, once it has started. */
  #summarize: (() => ServiceSummary) | undefined
  #lock: OwnerLock | undefined

  constructor(options: TelegramServiceOptions) {
    const {settings, health, metrics, log, clock = systemClock} = options
    const {token, apiRoot: root, requestTimeoutMs} = settings
    this.#options = options
    this.#clock = clock
    this.#bot = openBotApi({token, root, requestTimeoutMs, now: () => clock.now()})
    this.#http = openHttp({health, metrics, log, lingerMs: 500})
    if (!settings.usesQueue) {
      addMessageRoute(this.#http, {
        engines: () => this.#engines,
        record: {channel: 'telegram-http', metrics, health, log},
        signal: this.#cancelTurns.signal,
      })
    }
    addQueueRoute(this.#http, `telegram:${settings.botId}`, () => this.#jobs)
  }

  /** @throws LOCKED, TOKEN_REJECTED, POLLER_CONFLICT, PORT_IN_USE, DISK_FULL, DATA_DIR_UNWRITABLE, CANCELLED, and what the engines throw */
  async start(...[signal, fail, listening]: Parameters<Service['start']>): Promise<ServiceSummary> {
    const {settings, host, port, openEngines, openJobs, openChats, openAccess, openVoices, health, log} = this.#options
    this.#lock = await lockBot(settings.folder)
    const address = await listen(this.#http, host, port, 'TELEGRAM_SERVICE_PORT')
    listening?.({health: `${address}/health`})
    const jobs = await openJobs()
    this.#jobs = jobs
    const chats = await openChats()
    this.#chats = chats
    const access = await openAccess()
    this.#access = access
    if (openVoices && settings.usesQueue)
      log.warn('SPEAKER_MODEL: nobody is known by their voice where voice workers answer')
    const voices = settings.usesQueue ? undefined : await openVoices?.(signal)
    this.#voices = voices
    const patience = {health, log, clock: this.#clock, signal}
    const me = await reach(signal => this.#bot.api.getMe(signal), patience)
    const webhook = await reach(signal => this.#bot.api.getWebhookInfo(signal), patience)
    // One of our own that an earlier process left behind is set anew, or taken away.
    const own = settings.webhook?.url ?? settings.webhookUrl
    if (webhook.url !== own) refuseWebhook(webhook.url ?? '')
    if (webhook.url && !settings.webhook) await reach(signal => this.#bot.api.deleteWebhook({}, signal), patience)

    const engines = settings.usesQueue ? undefined : await openReopenable(openEngines, {signal})
    this.#engines = engines
    if (engines) tellEngines(health, engines)
    await this.#run({jobs, chats, access, voices}, engines, me, signal, fail)
    if ((await access.list('telegram')).length === 0) {
      log.warn('nobody may talk to the bot yet: write to it, and approve the code: essence access approve CODE --owner')
    }
    this.#summarize = () => {
      const {lines, notices} = engines ?? {lines: ['answers: by voice workers (essence voice-worker)'], notices: []}
      return {
        ...{name: 'telegram', address: `https://t.me/${me.username}`},
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
    this.#stopPolling.abort()
    const {delivery, source, polling, telling, showing} = this.#running ?? {}
    await Promise.all([polling, telling, showing, delivery?.stop(deadline)])
    await source?.leave(AbortSignal.timeout(2000))
  }

  async close(): Promise<void> {
    this.#stopPolling.abort()
    this.#cancelTurns.abort(new EssenceError('CANCELLED', 'The service is closed.'))
    const {delivery, source, polling, telling, showing} = this.#running ?? {}
    await Promise.all([polling, telling, showing, source?.close?.(), delivery?.stop(AbortSignal.abort())])
    await this.#http.close()
    await this.#engines?.close()
    await this.#jobs?.close()
    await this.#chats?.close()
    await this.#access?.close()
    await this.#voices?.close()
    await this.#options.turnLog.close()
    await this.#lock?.release()
  }

  /** Makes the parts that take and answer messages, each once those it needs are there, and begins. */
  async #run(
    {jobs, chats, access, voices}: Opened,
    engines: ReopenableEngines | undefined,
    me: Me & {first_name: string},
    signal: AbortSignal,
    fail: (error: unknown) => void,
  ): Promise<void> {
    const {settings, health, metrics, log, turnLog, pollSeconds = 30, parallelTurns: parallel = 16} = this.#options
    const [bot, clock] = [this.#bot, this.#clock]
    const parts = {settings, bot, chats, access, jobs, clock, health, metrics, log, turnLog, botName: me.first_name}
    const delivery = new Delivery<Pending, Part>(
      engines
        ? {jobs, channel: openChannel({...parts, engines, voices}), parallel, works: true, clock, log}
        : {jobs, channel: openIntake(parts), works: false, clock, log},
    )
    const accept = (updates: readonly unknown[]) =>
      delivery.accept(updates.flatMap(update => readIncoming(update, me) ?? []))
    const source = await this.#source(accept, pollSeconds)
    await delivery.start()
    const idle = Promise.resolve()
    this.#running = {delivery, source, polling: idle, telling: idle, showing: idle}
    await source.first(signal)
    throwIfCancelled(signal)
    this.#running.telling = deliverNotices({
      ...{access, channel: 'telegram', via: `telegram:${settings.botId}`},
      // Without engines it is workers that know of them.
      reminders: () => engines?.assistant.mind?.reminders,
      accept: pending => delivery.accept(pending),
      signal: this.#stopPolling.signal,
      log,
    })
    this.#running.showing = putCommandMenus([{scope: {type: 'all_private_chats'}, commands: commandsOf(voices)}], {
      ...{bot, path: join(settings.folder, 'commands.sha256'), log},
      signal: this.#stopPolling.signal,
    })
    this.#running.polling = source.run(this.#stopPolling.signal).catch(error => {
      health.set('telegram', {status: 'unhealthy', detail: messageOf(error)})
      fail(error)
    })
  }

  /** Where updates come from. */
  async #source(accept: (updates: readonly unknown[]) => Promise<void>, pollSeconds: number): Promise<UpdateSource> {
    const {settings, health, log} = this.#options
    const shared = {api: this.#bot.api, allowedUpdates, accept, health, clock: this.#clock, log}
    return settings.webhook
      ? await openWebhook({...shared, settings: settings.webhook})
      : new Poller({...shared, pollSeconds})
  }
}
