import {join} from 'node:path'
import {type Clock, systemClock} from '@essence/core/channel/clock'
import {Delivery} from '@essence/core/channel/delivery/delivery'
import {ChannelHost, type ChannelHostOptions, type OpenedStores} from '@essence/core/channel/host/channel-host'
import {reach} from '@essence/core/channel/host/reach'
import type {Voices} from '@essence/core/channel/voices/voices'
import type {ReopenableEngines} from '@essence/core/engines/reopenable'
import {isEssenceError, messageOf, throwIfCancelled} from '@essence/core/kit/errors'
import type {Service, ServiceSummary} from '@essence/core/service/run-service'
import {type BotApi, grammySignal, openBotApi} from './bot-api/bot-api.ts'
import {putCommandMenus} from './bot-api/command-menus.ts'
import {takeEarlierInbox} from './channel/earlier-inbox.ts'
import {noteMoved} from './channel/moved-groups.ts'
import {openChannel, openIntake} from './channel/open-channel.ts'
import type {TelegramSettings} from './checked-settings.ts'
import {commandsOf} from './commands.ts'
import type {Pending} from './incoming.ts'
import type {Part} from './outgoing.ts'
import {deliverNotices} from './people/notices.ts'
import {allowedUpdates, type Me, readIncoming, readMoved} from './read-incoming.ts'
import {Poller} from './updates/poller.ts'
import {refuseWebhook} from './updates/refuse-webhook.ts'
import type {UpdateSource} from './updates/update-source.ts'
import {openWebhook} from './updates/webhook.ts'

export interface TelegramServiceOptions extends ChannelHostOptions<Pending, Part> {
  settings: TelegramSettings
  /** Tells people apart by their voices. Default: nobody does. */
  openVoices?: ((signal: AbortSignal) => Promise<Voices>) | undefined
  clock?: Clock
  pollSeconds?: number
  /** Turns worked on at once; those of one chat never are. Default 16: engines have bounds of their own, a download has none. */
  parallelTurns?: number
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
  readonly #host: ChannelHost<Pending, Part>
  readonly #tokenGone = new AbortController()
  #running: Running | undefined
  #voices: Voices | undefined

  constructor(options: TelegramServiceOptions) {
    const {settings, clock = systemClock} = options
    const {token, apiRoot: root, requestTimeoutMs} = settings
    this.#options = options
    this.#clock = clock
    this.#bot = openBotApi({token, root, requestTimeoutMs, now: () => clock.now(), sends: () => this.#host.sends})
    this.#host = new ChannelHost({platform: 'Telegram', ...settings}, options)
  }

  /** @throws LOCKED, TOKEN_REJECTED, POLLER_CONFLICT, PORT_IN_USE, DISK_FULL, DATA_DIR_UNWRITABLE, CANCELLED, and what the engines throw */
  async start(...[signal, fail, listening]: Parameters<Service['start']>): Promise<ServiceSummary> {
    const {settings, openVoices} = this.#options
    const stores = await this.#host.open(listening)
    // Workers have their own.
    if (!settings.usesQueue) this.#voices = await openVoices?.(signal)
    const me = await this.#greet(signal)
    await this.#run(stores, await this.#host.openEngines(signal), me, signal, fail)
    return await this.#host.started(`https://t.me/${me.username}`)
  }

  reopen(signal: AbortSignal): Promise<ServiceSummary> {
    return this.#host.reopen(signal)
  }

  async drain(given: AbortSignal): Promise<void> {
    const deadline = AbortSignal.any([given, this.#tokenGone.signal])
    this.#host.stop(deadline)
    const {delivery, source, polling, telling, showing} = this.#running ?? {}
    await Promise.all([polling, telling, showing, delivery?.stop(deadline)])
    await source?.leave(AbortSignal.timeout(2000))
  }

  async close(): Promise<void> {
    this.#host.stop(AbortSignal.abort())
    const {delivery, source, polling, telling, showing} = this.#running ?? {}
    await Promise.all([polling, telling, showing, source?.close?.(), delivery?.stop(AbortSignal.abort())])
    await this.#host.close()
    await this.#voices?.close()
  }

  /** Who the bot is; a webhook of our own that an earlier process left behind is taken away where it is not wanted. */
  async #greet(signal: AbortSignal): Promise<Me & {first_name: string}> {
    const {settings, health, log} = this.#options
    const {api} = this.#bot
    const patience = {health, log, clock: this.#clock, signal}
    const me = await reach('Telegram', () => api.getMe(grammySignal(signal)), patience)
    const {url = ''} = await reach('Telegram', () => api.getWebhookInfo(grammySignal(signal)), patience)
    if (url !== (settings.webhook?.url ?? settings.webhookUrl)) refuseWebhook(url)
    if (url && !settings.webhook) await reach('Telegram', () => api.deleteWebhook({}, grammySignal(signal)), patience)
    return me
  }

  /** Makes the parts that take and answer messages, each once those it needs are there, and begins. */
  async #run(
    {jobs, chats, access}: OpenedStores<Pending, Part>,
    engines: ReopenableEngines | undefined,
    me: Me & {first_name: string},
    signal: AbortSignal,
    fail: (error: unknown) => void,
  ): Promise<void> {
    const voices = this.#voices
    const {settings, health, metrics, log, turnLog, pollSeconds = 30, parallelTurns: parallel = 16} = this.#options
    const [bot, clock] = [this.#bot, this.#clock]
    const parts = {settings, bot, chats, access, jobs, clock, health, metrics, log, turnLog, botName: me.first_name}
    const answering = engines && openChannel({...parts, engines, voices})
    const channel = answering ?? openIntake(parts)
    const delivery = new Delivery<Pending, Part>(
      answering
        ? {jobs, channel: answering, parallel, works: true, clock, log}
        : {jobs, channel, works: false, clock, log},
    )
    const accept = async (updates: readonly unknown[]): Promise<void> => {
      // Before what was said there: a notice may come behind it.
      for (const moved of updates.flatMap(update => readMoved(update) ?? [])) await noteMoved(moved, access, log)
      await delivery.accept(updates.flatMap(update => readIncoming(update, me) ?? []))
    }
    const source = await this.#source(accept, pollSeconds)
    await takeEarlierInbox({folder: settings.folder, jobs, channel, now: () => clock.now(), log})
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
      signal: this.#host.stopping,
      log,
    })
    this.#running.showing = putCommandMenus(
      [{scope: {type: 'all_private_chats'}, commands: commandsOf(this.#options.openVoices)}],
      {
        ...{bot, path: join(settings.folder, 'commands.sha256'), log},
        signal: this.#host.stopping,
      },
    )
    this.#running.polling = source.run(this.#host.stopping).catch(error => {
      // Nothing can be sent any more: what is under way waits for the new token.
      if (isEssenceError(error) && error.code === 'TOKEN_REJECTED') this.#tokenGone.abort()
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
