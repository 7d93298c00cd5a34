import {join} from 'node:path'
import {type Clock, systemClock} from '@essence/core/channel/clock'
import type {Jobs} from '@essence/core/channel/delivery/job'
import {ChannelHost, type ChannelHostOptions, type OpenedStores} from '@essence/core/channel/host/channel-host'
import {reach} from '@essence/core/channel/host/reach'
import type {Voices} from '@essence/core/channel/voices/voices'
import type {Listening} from '@essence/core/engines/listening'
import type {ReopenableEngines} from '@essence/core/engines/reopenable'
import {isEssenceError, messageOf} from '@essence/core/kit/errors'
import type {Service, ServiceSummary} from '@essence/core/service/run-service'
import {answeredByWorkers, answeredHere, type Deliveries} from './channel/deliveries.ts'
import {DiscordApi} from './client/discord-api.ts'
import {Gateway} from './client/gateway.ts'
import {dropDeleted} from './incoming/drop-deleted.ts'
import type {Pending} from './incoming/incoming.ts'
import {Intake} from './incoming/intake.ts'
import {Seen} from './incoming/seen.ts'
import {inviteUrl} from './invite.ts'
import type {Part} from './outgoing/parts.ts'
import {thoseWhoMayWrite} from './people/may-write.ts'
import {deliverNotices} from './people/notices.ts'
import {putCommands} from './put-commands.ts'
import type {DiscordSettings} from './settings.ts'

export interface DiscordServiceOptions extends ChannelHostOptions<Pending, Part> {
  settings: DiscordSettings
  /** What voice channels listen with; opened when somebody first asks June to come. */
  openListening: () => Promise<Listening>
  /** Tells people apart by their voices. Default: nobody does. */
  openVoices?: ((signal: AbortSignal) => Promise<Voices>) | undefined
  /** Where `/join` and `/leave` are kept where workers answer all else. */
  openVoiceJobs: () => Promise<Jobs<Pending, Part>>
  clock?: Clock
  /** Turns worked on at once; those of one channel never are. Default 16: engines have bounds of their own, a download has none. */
  parallelTurns?: number
}

/** What takes messages and answers them, once everything else is there. */
interface Running {
  delivery: Deliveries
  intake: Intake
  gateway: Gateway
  /** What goes on beside: commands that are put to Discord, what the bot tells by itself. */
  beside: Promise<unknown>
}

/** The Discord channel: takes what people send, has June answer, sends the answers. */
export class DiscordService implements Service {
  readonly #options: DiscordServiceOptions
  readonly #clock: Clock
  readonly #api: DiscordApi
  readonly #host: ChannelHost<Pending, Part>
  #fail: ((error: unknown) => void) | undefined
  #isAsked = false
  #running: Running | undefined
  #voices: Voices | undefined

  constructor(options: DiscordServiceOptions) {
    const {settings, clock = systemClock} = options
    const {token, apiRoot: root, requestTimeoutMs} = settings
    this.#options = options
    this.#clock = clock
    this.#api = new DiscordApi({
      ...{token, root, requestTimeoutMs},
      onTokenRefused: () => void this.#askOfToken(),
      sends: () => this.#host.sends,
    })
    this.#host = new ChannelHost({platform: 'Discord', ...settings}, options)
  }

  /** @throws LOCKED, TOKEN_REJECTED, CONFIG_INVALID, PORT_IN_USE, DISK_FULL, DATA_DIR_UNWRITABLE, CANCELLED, and what the engines throw */
  async start(...[signal, fail, listening]: Parameters<Service['start']>): Promise<ServiceSummary> {
    const {settings, openVoices, health, log} = this.#options
    const stores = await this.#host.open(listening)
    // Workers have their own.
    if (!settings.usesQueue) this.#voices = await openVoices?.(signal)
    const me = await reach('Discord', () => this.#api.me(signal), {signal, clock: this.#clock, log, health})
    const engines = await this.#host.openEngines(signal)
    this.#fail = fail
    const applicationId = await this.#run(stores, engines, me.id, signal, fail)
    return await this.#host.started(inviteUrl(applicationId))
  }

  reopen(signal: AbortSignal): Promise<ServiceSummary> {
    return this.#host.reopen(signal)
  }

  drain(deadline: AbortSignal): Promise<void> {
    return this.#stop(deadline)
  }

  async close(): Promise<void> {
    await this.#stop(AbortSignal.abort())
    await this.#running?.delivery.close()
    await this.#host.close()
    await this.#voices?.close()
  }

  async #stop(deadline: AbortSignal): Promise<void> {
    this.#host.stop(deadline)
    const {delivery, intake, gateway, beside} = this.#running ?? {}
    await intake?.stop()
    // Before the connection, by which Discord is told that June leaves.
    await delivery?.voice.close()
    await Promise.all([gateway?.close(), beside, delivery?.stop(deadline)])
  }

  /** Makes the parts that take and answer messages, each once those it needs are there, and begins. @returns the id of the application */
  async #run(
    {jobs, chats, access}: OpenedStores<Pending, Part>,
    engines: ReopenableEngines | undefined,
    me: string,
    signal: AbortSignal,
    fail: (error: unknown) => void,
  ): Promise<string> {
    const {settings, turnLog, health, metrics, openListening, openVoiceJobs, log} = this.#options
    const {parallelTurns: parallel = 16} = this.#options
    const {token, apiRoot, requestTimeoutMs, folder} = settings
    const [api, clock, cancelled] = [this.#api, this.#clock, this.#host.cancelled]
    const seen = await Seen.open(join(folder, 'seen.json'), clock.now())
    const parts = {
      ...{settings, api, chats, access, jobs, turnLog, metrics, health, clock, signal: cancelled, log},
      ...{parallel, openListening, openVoiceJobs, voices: this.#voices},
      client: () => this.#running?.gateway.client,
      openEngines: () => this.#host.openOwnEngines(this.#host.stopping),
    }
    const delivery = engines ? answeredHere(parts, engines) : await answeredByWorkers(parts)
    const intake = new Intake({
      ...{me, api, seen, people: () => thoseWhoMayWrite(access), clock, log},
      accept: messages => delivery.accept(messages),
      drop: (channelId, ids) => dropDeleted(jobs, channelId, ids),
      onStrangePress: ({interaction}) => delivery.interactions.refuse(interaction, cancelled),
    })
    const gateway = new Gateway({token, root: apiRoot, requestTimeoutMs, listener: intake, fail, health, clock, log})
    this.#running = {delivery, intake, gateway, beside: Promise.resolve()}
    await delivery.start()
    await gateway.connect(signal)
    const applicationId = gateway.client?.application?.id ?? me
    const telling = deliverNotices({
      ...{api, access, channel: 'discord', via: `discord:${settings.botId}`},
      // Without engines it is workers that know of them.
      reminders: () => engines?.assistant.mind?.reminders,
      accept: pending => delivery.accept(pending),
      ...{signal: this.#host.stopping, log},
    })
    this.#running.beside = Promise.all([
      telling,
      putCommands(api, applicationId, {voices: this.#options.openVoices, signal: this.#host.stopping, clock, log}),
    ])
    return applicationId
  }

  /** Anything on the way may answer 401 once; whether the token is gone says the call that needs nothing else. */
  async #askOfToken(): Promise<void> {
    if (this.#isAsked || !this.#fail) return
    this.#isAsked = true
    try {
      await this.#api.me(this.#host.stopping)
    } catch (error) {
      if (!isEssenceError(error) || error.code !== 'TOKEN_REJECTED') return
      this.#options.health.set('discord', {status: 'unhealthy', detail: messageOf(error)})
      this.#fail(error)
    } finally {
      this.#isAsked = false
    }
  }
}
