import {join} from 'node:path'
import {AllowList} from '@essence/core/access/allow-list'
import type {Engines} from '@essence/core/engines/open'
import {EssenceError, isEssenceError, messageOf, throwIfCancelled} from '@essence/core/kit/errors'
import type {Health} from '@essence/core/service/health'
import {listen, openHttp} from '@essence/core/service/http'
import type {Log} from '@essence/core/service/log'
import type {Metrics} from '@essence/core/service/metrics'
import type {Service, ServiceSummary} from '@essence/core/service/run-service'
import {Admission} from './admission.ts'
import {type BotApi, grammySignal, openBotApi} from './bot-api.ts'
import type {BotApiError} from './bot-api-error.ts'
import {ChatLanes} from './chat-lanes.ts'
import {type Clock, pauseMs, systemClock} from './clock.ts'
import {type WriteDurably, writeDurably} from './durable-file.ts'
import {Inbox} from './inbox.ts'
import {countMessages} from './message-metrics.ts'
import {addMessageRoute} from './message-route.ts'
import {Poller} from './poller.ts'
import {lockPoller} from './poller-lock.ts'
import type {TelegramSettings} from './settings.ts'
import {Spool} from './spool.ts'
import {StageTimes} from './stage-times.ts'
import {UpdateWorker} from './update-worker.ts'

export interface TelegramServiceOptions {
  settings: TelegramSettings
  host: string
  port: number
  openEngines: (signal: AbortSignal) => Promise<Engines>
  health: Health
  metrics: Metrics
  log: Log
  clock?: Clock
  write?: WriteDurably
  pollSeconds?: number
  /** Turns worked on at once; those of one chat never are. */
  parallelTurns?: number
}

/** The Telegram channel: takes what people send, has June answer, sends the answers. */
export class TelegramService implements Service {
  readonly #options: TelegramServiceOptions
  readonly #clock: Clock
  readonly #bot: BotApi
  readonly #poller: Poller
  readonly #lanes: ChatLanes
  readonly #http: ReturnType<typeof openHttp>
  /** Aborted to end polling, and to cancel the turns that run. */
  readonly #stopPolling = new AbortController()
  readonly #cancelTurns = new AbortController()
  #engines: Engines | undefined
  #inbox: Inbox | undefined
  #unlock: (() => Promise<void>) | undefined
  #polling: Promise<void> | undefined

  constructor(options: TelegramServiceOptions) {
    const {settings, health, metrics, log, clock = systemClock, pollSeconds = 30, parallelTurns = 4} = options
    this.#options = options
    this.#clock = clock
    this.#bot = openBotApi({token: settings.token, root: settings.apiRoot, requestTimeoutMs: settings.requestTimeoutMs})
    this.#lanes = new ChatLanes(parallelTurns)
    this.#poller = new Poller({
      api: this.#bot.api,
      pollSeconds,
      accept: async updates => this.#inbox?.accept(updates),
      health,
      clock,
      log,
    })
    this.#http = openHttp({health, metrics, log, lingerMs: 500})
    addMessageRoute(this.#http, () => this.#engines, log, this.#cancelTurns.signal)
  }

  /** @throws LOCKED, TOKEN_REJECTED, POLLER_CONFLICT, PORT_IN_USE, DISK_FULL, DATA_DIR_UNWRITABLE, CANCELLED, and what the engines throw */
  async start(signal: AbortSignal, fail: (error: unknown) => void): Promise<ServiceSummary> {
    const {settings, host, port, openEngines, health, metrics, log, write = writeDurably} = this.#options
    this.#unlock = await lockPoller(join(settings.folder, 'poller.lock'))
    const address = await listen(this.#http, host, port, 'TELEGRAM_SERVICE_PORT')
    const spool = await Spool.open(join(settings.folder, 'inbox'), log, write)
    const me = await this.#reach(() => this.#bot.api.getMe(grammySignal(signal)), signal)
    const webhook = await this.#reach(() => this.#bot.api.getWebhookInfo(grammySignal(signal)), signal)
    refuseWebhook(webhook.url ?? '')

    const engines = await openEngines(signal)
    this.#engines = engines
    for (const [part, {info}] of Object.entries({stt: engines.stt, llm: engines.assistant, tts: engines.tts})) {
      health.set(part, {status: 'healthy', detail: `${info.engine} ${info.model} on ${info.device}`})
    }
    const admission = new Admission(new AllowList(settings.users), settings.rateLimits, this.#clock.now)
    const worker = new UpdateWorker({
      bot: this.#bot,
      spool,
      admission,
      context: {
        botName: me.first_name,
        language: settings.language,
        engines,
        notices: engines.notices,
        limits: settings.limits,
        times: new StageTimes(),
      },
      metrics,
      health,
      clock: this.#clock,
      log,
    })
    this.#inbox = new Inbox({
      spool,
      admission,
      lanes: this.#lanes,
      work: entry => worker.work(entry, this.#cancelTurns.signal),
      count: countMessages(metrics.registry),
      clock: this.#clock,
      log,
    })
    await this.#inbox.recover()
    await this.#poller.first(signal)
    throwIfCancelled(signal)
    this.#polling = this.#poller.run(this.#stopPolling.signal).catch(error => {
      health.set('telegram', {status: 'unhealthy', detail: messageOf(error)})
      fail(error)
    })
    if (settings.users.length === 0) {
      log.warn('nobody may talk to the bot yet: write to it, and set TELEGRAM_AUTHORIZED_USERS to the id it tells you')
    }
    const {lines, notices} = engines
    return {
      name: 'telegram',
      address: `https://t.me/${me.username}`,
      lines: [...lines, `health: ${address}/health`],
      notices,
    }
  }

  async drain(deadline: AbortSignal): Promise<void> {
    const cancel = (): void => this.#cancelTurns.abort(new EssenceError('CANCELLED', 'The time to finish is over.'))
    if (deadline.aborted) cancel()
    else deadline.addEventListener('abort', cancel, {once: true})
    this.#stopPolling.abort()
    // Both at once: a poll that brought more than there is room for waits until the lanes stop.
    await Promise.all([this.#polling, this.#lanes.stop()])
    await this.#poller.acknowledge(AbortSignal.timeout(2000))
  }

  async close(): Promise<void> {
    this.#stopPolling.abort()
    this.#cancelTurns.abort(new EssenceError('CANCELLED', 'The service is closed.'))
    await this.#polling
    await this.#lanes.stop()
    await this.#http.close()
    await this.#engines?.close()
    await this.#unlock?.()
  }

  /** The answer to a first call; a network that is not there yet is waited for. */
  async #reach<T>(call: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const {log, health} = this.#options
    for (let failures = 1; ; failures++) {
      try {
        return await call()
      } catch (error) {
        if (!(isEssenceError(error) && error.retryable)) throw error
        const pause = (error as BotApiError).retryAfterMs ?? pauseMs(failures)
        health.set('telegram', {status: 'degraded', detail: error.message})
        log.warn({why: error.message, pauseMs: Math.round(pause)}, 'Telegram is out of reach; trying again')
        await this.#clock.wait(pause, signal)
        throwIfCancelled(signal)
      }
    }
  }
}

/** With a webhook Telegram calls someone else; taking it away unasked could silence a bot that works. */
const refuseWebhook = (url: string): void => {
  if (!url) return
  const host = URL.parse(url)?.host ?? 'another address'
  throw new EssenceError('POLLER_CONFLICT', `This bot has a webhook: Telegram sends its messages to ${host}.`, {
    suggestions: [
      'If that is no longer wanted, remove it: curl "https://api.telegram.org/bot$TELEGRAM_BOT_TOKEN/deleteWebhook"',
      'Or give this service a bot of its own: @BotFather, /newbot.',
    ],
  })
}
