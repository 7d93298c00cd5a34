import {type Engines, enginesInUse, type OpenOptions} from '../../engines/open.ts'
import {openReopenable, type ReopenableEngines} from '../../engines/reopenable.ts'
import {EssenceError} from '../../kit/errors.ts'
import {tellEngines} from '../../service/engine/health.ts'
import type {Health} from '../../service/health.ts'
import {listen, openHttp} from '../../service/http.ts'
import type {Log} from '../../service/log.ts'
import type {Metrics} from '../../service/metrics.ts'
import type {Service, ServiceSummary} from '../../service/run-service.ts'
import {type Clock, systemClock} from '../clock.ts'
import {Delivery} from '../delivery/delivery.ts'
import {deliverReminders} from '../reminders/deliver-reminders.ts'
import type {Voices} from '../voices/voices.ts'
import type {OpenedChannel, WorkerChannel} from './channel.ts'
import {takeWorkerName, type WorkerName} from './worker-name.ts'

export interface VoiceWorkerOptions {
  /** Those of the core and of all plugins. */
  settings: object
  dataDir: string
  /** WORKER_ID */
  id: string | undefined
  host: string
  port: number
  channels: readonly WorkerChannel[]
  openEngines: (options: Pick<OpenOptions, 'signal' | 'kept'>) => Promise<Engines>
  /** Tells people apart by their voices. Default: nobody does. */
  openVoices?: ((signal: AbortSignal) => Promise<Voices>) | undefined
  health: Health
  metrics: Metrics
  log: Log
  clock?: Clock | undefined
  /** Messages of a channel that are answered at once. Default 16. */
  parallel?: number | undefined
}

/** A channel that is being worked. */
interface Working {
  name: string
  opened: OpenedChannel
  delivery: Delivery<unknown, unknown>
  /** Resolves when no reminder is handed over any more. */
  reminding: Promise<void>
}

/** Answers what channels have stored, beside any number of others of its kind. */
export class VoiceWorker implements Service {
  readonly #options: VoiceWorkerOptions
  readonly #http: ReturnType<typeof openHttp>
  readonly #stopping = new AbortController()
  readonly #working: Working[] = []
  #engines: ReopenableEngines | undefined
  #voices: Voices | undefined
  #name: WorkerName | undefined
  #summarize: (() => ServiceSummary) | undefined

  constructor(options: VoiceWorkerOptions) {
    const {health, metrics, log} = options
    this.#options = options
    this.#http = openHttp({health, metrics, log, lingerMs: 500})
  }

  /** @throws LOCKED, CONFIG_INVALID (no channel is on), PORT_IN_USE, STORE_UNAVAILABLE, CANCELLED, and what engines and channels throw */
  async start(...[signal, , listening]: Parameters<Service['start']>): Promise<ServiceSummary> {
    const {dataDir, id, host, port, openEngines, openVoices, health, log} = this.#options
    this.#name = await takeWorkerName(dataDir, id)
    const {name} = this.#name
    const address = await listen(this.#http, host, port, 'VOICE_WORKER_PORT')
    listening?.({health: `${address}/health`})
    const engines = await openReopenable(openEngines, {signal})
    this.#engines = engines
    tellEngines(health, engines)
    this.#voices = await openVoices?.(signal)
    for (const channel of this.#options.channels) await this.#open(channel, engines, name, signal)
    if (this.#working.length === 0) throw noChannel()
    for (const {delivery} of this.#working) await delivery.start()
    const channels = this.#working.map(({name}) => name).join(', ')
    log.info({worker: name, channels}, 'works')
    this.#summarize = () => ({
      ...{name: 'voice-worker', address: `${address}/health`, notices: engines.notices},
      lines: [...engines.lines, `worker: ${name}`, `channels: ${channels}`],
      engines: enginesInUse(engines),
    })
    return this.#summarize()
  }

  async reopen(signal: AbortSignal): Promise<ServiceSummary> {
    if (!this.#engines || !this.#summarize) throw new EssenceError('ENGINE_UNAVAILABLE', 'The worker has not started.')
    await this.#engines.reopen(signal)
    tellEngines(this.#options.health, this.#engines)
    return this.#summarize()
  }

  async drain(deadline: AbortSignal): Promise<void> {
    this.#stopping.abort()
    await Promise.all(this.#working.flatMap(({delivery, reminding}) => [delivery.stop(deadline), reminding]))
  }

  async close(): Promise<void> {
    await this.drain(AbortSignal.abort())
    await this.#http.close()
    await this.#engines?.close()
    for (const {opened} of this.#working) {
      await opened.jobs.close()
      await opened.close?.()
    }
    await this.#voices?.close()
    await this.#name?.lock.release()
  }

  async #open(channel: WorkerChannel, engines: ReopenableEngines, worker: string, signal: AbortSignal): Promise<void> {
    const {settings, health, metrics, log, clock = systemClock, parallel = 16} = this.#options
    const {name} = channel
    const voices = this.#voices
    const opened = await channel.open({settings, engines, voices, worker, health, metrics, log, clock, signal})
    if (!opened) return
    const {jobs, adapter} = opened
    const delivery = new Delivery({jobs, channel: adapter, parallel, works: true, clock, log})
    const reminding = opened.reminded
      ? deliverReminders({
          reminders: () => engines.assistant.mind?.reminders,
          channel: name,
          async deliver(reminder) {
            const message = opened.reminded?.(reminder)
            if (message !== undefined) await delivery.accept([message])
            else log.error({session: reminder.session}, 'a reminder is for nobody of this channel; it is dropped')
          },
          signal: this.#stopping.signal,
          log,
        })
      : Promise.resolve()
    this.#working.push({name, opened, delivery, reminding})
  }
}

const noChannel = (): EssenceError =>
  new EssenceError('CONFIG_INVALID', 'No channel is switched on: a voice worker has nothing to answer.', {
    suggestions: ['Give it the settings of a channel, as TELEGRAM_BOT_TOKEN, the same as its service has.'],
  })
