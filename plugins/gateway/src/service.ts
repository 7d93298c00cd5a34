import {deliverReminders} from '@essence/core/channel/deliver-reminders'
import {type EngineRole, type Engines, enginesInUse, type OpenOptions} from '@essence/core/engines/open'
import {patienceMs} from '@essence/core/engines/remote/patience'
import {openReopenable, type ReopenableEngines} from '@essence/core/engines/reopenable'
import {EssenceError, isEssenceError} from '@essence/core/kit/errors'
import {Condition} from '@essence/core/kit/flow/condition'
import {tellEngines} from '@essence/core/service/engine/health'
import type {Health} from '@essence/core/service/health'
import {listen, openHttp} from '@essence/core/service/http'
import type {Log} from '@essence/core/service/log'
import type {Metrics} from '@essence/core/service/metrics'
import type {ComingModels, Service, ServiceSummary} from '@essence/core/service/run-service'
import {assertLoopback, guardLocalOnly} from './local-only.ts'
import {addMemoryRoutes} from './memory-routes.ts'
import {addPage} from './page.ts'
import {openReminderDesk} from './reminder-desk.ts'
import {addReminderRoutes, reminderEvent} from './reminder-route.ts'
import {addStatusRoute, type Status, statusOf} from './status-route.ts'
import {addForgetRoute, addTurnRoute} from './turn-route.ts'
import {TurnSlots} from './turn-slots.ts'

export interface GatewayOptions {
  /** A loopback address or name. */
  host: string
  /** 0 takes any free one. */
  port: number
  health: Health
  metrics: Metrics
  log: Log
  openEngines: (options: Pick<OpenOptions, 'signal' | 'onLoad' | 'kept'>) => Promise<Engines>
  /** ms that a turn waits for engines that are loaded. Default: as long as a person does. */
  patienceMs?: number | undefined
  /** Language of a turn that names none: ISO 639-1 or `auto`. */
  language?: string | undefined
  /** ms after which a word is said where an answer has not begun. Default: never. */
  leadInMs?: number | undefined
  /** IANA name of the time zone people are told times in. Default: the machine's. */
  timeZone?: string | undefined
  /** Content-Security-Policy of every answer. Default: our own, which the page needs at least. */
  contentSecurityPolicy?: string | undefined
  /** Turns worked on at once; one more is refused. */
  maxTurns?: number | undefined
  /** Longest recording taken, in ms. */
  maxAudioMs?: number | undefined
  /** Largest recording taken, in bytes. */
  maxAudioBytes?: number | undefined
  /** ms after which a client that sends, or takes, nothing more loses its turn. */
  stallMs?: number | undefined
}

/** The web door: one page, and the route it speaks to. Open at once; turns wait until the engines are warm. */
export const gatewayService = (options: GatewayOptions): Service => {
  const {host, port, health, metrics, log, language, leadInMs, timeZone, openEngines} = options
  const {maxTurns = 4, maxAudioMs = 60_000, maxAudioBytes = 20 * 1024 * 1024, stallMs} = options
  const slots = new TurnSlots(maxTurns)
  const http = openHttp({health, metrics, log})
  const loading = new Set<EngineRole>()
  const changed = new Condition()
  let engines: ReopenableEngines | undefined
  let status: Status | undefined
  let models: ComingModels | undefined

  const desk = openReminderDesk(reminder => reminderEvent(reminder, {tts: engines?.tts, log, timeZone}))
  const stopReminding = new AbortController()
  let reminding: Promise<void> | undefined

  const warmEngines = async (signal: AbortSignal): Promise<Engines> => {
    const patience = AbortSignal.timeout(options.patienceMs ?? patienceMs)
    await changed.until(() => status !== undefined, AbortSignal.any([signal, patience]))
    if (engines && status) return engines
    if (signal.aborted && isEssenceError(signal.reason)) throw signal.reason
    throw new EssenceError(
      'ENGINE_BUSY',
      `June is still starting: ${[...loading].join(', ') || 'what she needs'} is being loaded.`,
      {
        suggestions: ['Try again in a moment.'],
      },
    )
  }

  /** What these engines are, told everywhere. */
  const tell = async (opened: Engines, address: string): Promise<ServiceSummary> => {
    tellEngines(health, opened)
    status = await statusOf(opened, maxAudioMs)
    const {lines, notices} = status
    return {name: 'gateway', address, lines, notices, engines: enginesInUse(opened)}
  }
  let address = ''

  return {
    async start(signal, _fail, listening) {
      assertLoopback(host)
      guardLocalOnly(http, options.contentSecurityPolicy)
      http.addHook('onSend', async (_request, reply) => {
        if (reply.statusCode === 503) reply.header('retry-after', 2)
      })
      await addPage(http)
      addStatusRoute(http, () => ({...(status ?? {ready: false, loading: [...loading]}), models}))
      addForgetRoute(http, {engines: warmEngines})
      addMemoryRoutes(http, {engines: warmEngines})
      addReminderRoutes(http, desk)
      // Pages that wait for reminders would keep their connections for ever.
      health.addDoor({close: async () => desk.close()})
      addTurnRoute(http, {
        engines: warmEngines,
        slots,
        record: {channel: 'web', metrics, health, log},
        maxAudioMs,
        maxAudioBytes,
        language,
        leadInMs,
        stallMs,
      })
      // First the port: should it be taken, that is known before minutes of loading; and /health answers meanwhile.
      address = await listen(http, host, port, 'GATEWAY_PORT')
      listening?.({address, health: `${address}/health`})
      const onLoad = (what: EngineRole, ms: number | undefined): void =>
        void (ms === undefined ? loading.add(what) : loading.delete(what))
      engines = await openReopenable(openEngines, {signal, onLoad})
      const summary = await tell(engines, address)
      changed.changed()
      reminding = deliverReminders({
        reminders: () => engines?.assistant.mind?.reminders,
        channel: 'web',
        deliver: desk.deliver,
        signal: stopReminding.signal,
        log,
      })
      return summary
    },
    async reopen(signal) {
      const opened = await warmEngines(signal)
      await engines?.reopen(signal)
      return tell(opened, address)
    },
    showModels(coming) {
      models = coming
    },
    async drain(deadline, quiet) {
      stopReminding.abort()
      await quiet
      await slots.drain(deadline)
    },
    async close() {
      stopReminding.abort()
      desk.close()
      await Promise.all([reminding, slots.drain(AbortSignal.abort())])
      // Browsers keep spare connections on which nothing was ever asked; an orderly close would wait for them.
      http.server.close()
      http.server.closeAllConnections()
      await http.close()
      await engines?.close()
    },
  }
}
