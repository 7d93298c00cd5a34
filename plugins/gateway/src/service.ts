import type {ChannelAccess} from '@essence/core/access/channel/port'
import type {Access} from '@essence/core/access/port'
import {deliverReminders} from '@essence/core/channel/deliver-reminders'
import {memoryTurnLog, type TurnLog} from '@essence/core/channel/turn-log'
import type {Listening} from '@essence/core/engines/listening'
import {type EngineRole, type Engines, enginesInUse, type OpenOptions} from '@essence/core/engines/open'
import {patienceMs} from '@essence/core/engines/remote/patience'
import {openReopenable, type ReopenableEngines} from '@essence/core/engines/reopenable'
import {EssenceError, isEssenceError} from '@essence/core/kit/errors'
import {Condition} from '@essence/core/kit/flow/condition'
import {loadOnce} from '@essence/core/kit/load-once'
import {tellEngines} from '@essence/core/service/engine/health'
import type {Health} from '@essence/core/service/health'
import {listen, openHttp} from '@essence/core/service/http'
import type {Log} from '@essence/core/service/log'
import type {Metrics} from '@essence/core/service/metrics'
import type {ComingModels, Service, ServiceSummary} from '@essence/core/service/run-service'
import {addAdminRoutes} from './admin/routes.ts'
import {addBodyPace} from './door/body-pace.ts'
import {addCallers} from './door/callers.ts'
import type {AddRoutes, GatewayContext} from './door/context.ts'
import {addCors} from './door/cors.ts'
import {addIdempotency} from './door/idempotency.ts'
import {addLimits, type Limits} from './door/limits.ts'
import {addOpenApi} from './door/openapi.ts'
import {addSecurityHeaders} from './door/security-headers.ts'
import {Sockets} from './door/socket/sockets.ts'
import {addWebSockets, upgradePaths} from './door/socket/websockets.ts'
import {TurnQueue, type TurnQueueOptions} from './door/turn-queue.ts'
import {addOpenAi} from './openai/scope.ts'
import {addMemoryRoutes} from './page/memory-routes.ts'
import {addPage} from './page/page.ts'
import {openReminderDesk} from './page/reminder-desk.ts'
import {addReminderRoutes, reminderEvent} from './page/reminder-route.ts'
import {addStatusRoute, type Status, statusOf} from './page/status-route.ts'
import {addTurnRoute} from './page/turn-route.ts'
import {addConversationRoutes} from './people/conversation-routes.ts'
import {addDocumentRoutes} from './people/document-routes.ts'
import {addPendingReminderRoutes} from './people/pending-reminder-routes.ts'
import {addSeedRoutes} from './seed/routes.ts'

export interface GatewayOptions {
  /** Where it is one of this machine, a caller from here needs no token. */
  host: string
  /** 0 takes any free one. */
  port: number
  version: string
  health: Health
  metrics: Metrics
  log: Log
  openEngines: (options: Pick<OpenOptions, 'signal' | 'onLoad' | 'kept'>) => Promise<Engines>
  /** What live conversations listen with. Default: there are none. */
  openListening?: (() => Promise<Listening>) | undefined
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
  /** Value of Strict-Transport-Security. Default: not sent. */
  strictTransportSecurity?: string | undefined
  /** Other pages that may call. Default: none. */
  corsOrigins?: readonly string[] | undefined
  /** Names of this server, where a proxy of this machine stands before it. Default: none. */
  allowedHosts?: readonly string[] | undefined
  /** Addresses of proxies whose word on who asks counts. */
  trustedProxies?: readonly string[] | undefined
  limits: Limits
  /** Further names of models, for OpenAI's clients. Default: none. */
  modelAliases?: ReadonlyMap<string, string> | undefined
  /** Who has accounts and keys. Opened when it is first asked for. @param address where this gateway answers, once it does */
  openAccess: (address: () => string | undefined) => Promise<Access>
  /** Who may talk to bots. Default: no routes about that. */
  openChannels?: (() => Promise<ChannelAccess>) | undefined
  /** Tokens for names nobody proves are given to everybody, not only to callers on this machine. Default false. */
  openTokens?: boolean | undefined
  /** Where the times of turns are kept. Default: in memory. */
  turnLog?: TurnLog | undefined
  /** Turns at once, and those that wait. */
  queue?: Partial<TurnQueueOptions> | undefined
  /** Connections at once; one more is refused. */
  maxConnections?: number | undefined
  /** Longest recording taken, in ms. */
  maxAudioMs?: number | undefined
  /** Largest recording taken, in bytes. */
  maxAudioBytes?: number | undefined
  /** Largest document read, in bytes. */
  maxDocumentBytes?: number | undefined
  /** Largest recording taken to be transcribed, in bytes. Default: 50 MB. */
  maxUploadBytes?: number | undefined
  /** ms after which a client that sends, or takes, nothing more loses its turn. */
  stallMs?: number | undefined
}

const routes: readonly AddRoutes[] = [
  addTurnRoute,
  addMemoryRoutes,
  addConversationRoutes,
  addDocumentRoutes,
  addPendingReminderRoutes,
  addAdminRoutes,
  addOpenAi,
]

/** The door for pages and programs. Open at once; turns wait until the engines are warm. */
export const gatewayService = (options: GatewayOptions): Service => {
  const {host, port, health, metrics, log, language, leadInMs, timeZone, openEngines} = options
  const {maxAudioMs = 60_000, maxAudioBytes = 20 * 1024 * 1024, stallMs = 30_000, corsOrigins = []} = options
  const {modelAliases = new Map<string, string>()} = options
  const {maxDocumentBytes = 50 * 1024 * 1024} = options
  const {maxConnections = 4096} = options
  const queue = {maxTurns: 4, maxWaiting: 64, maxWaitingPerPerson: 8, ...options.queue}
  const turns = new TurnQueue(queue)
  const turnLog = options.turnLog ?? memoryTurnLog()
  metrics.watch('june_turns_waiting', 'Turns that wait for their place', () => turns.waiting)
  const http = openHttp({
    health,
    metrics,
    log,
    trustProxy: options.trustedProxies,
    upgrades: upgradePaths,
    headersTimeoutMs: stallMs,
  })
  let address = ''
  let opened: Promise<Access> | undefined
  const access = loadOnce(() => (opened = options.openAccess(() => address || undefined)))
  const {openChannels} = options
  let openedChannels: Promise<ChannelAccess> | undefined
  const channels = openChannels && loadOnce(() => (openedChannels = openChannels()))
  let listening: Promise<Listening> | undefined
  const openListening = loadOnce(() => (listening = (options.openListening ?? noListening)()))
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
    status = await statusOf(opened, {maxAudioMs, maxDocumentBytes})
    const {lines, notices} = status
    return {name: 'gateway', address, lines, notices, engines: enginesInUse(opened)}
  }

  return {
    async start(signal, _fail, onListening) {
      http.server.maxConnections = maxConnections
      const {contentSecurityPolicy, strictTransportSecurity} = options
      addSecurityHeaders(http, {contentSecurityPolicy, strictTransportSecurity, crossOrigin: corsOrigins.length > 0})
      // No hook of all requests is async where it need not be: each promise is one more for every request.
      http.addHook('onSend', (_request, reply, payload, done) => {
        if (reply.statusCode === 503 && !reply.hasHeader('retry-after')) reply.header('retry-after', 2)
        done(null, payload)
      })
      addBodyPace(http, {stallMs, maxAudioMs})
      await addCors(http, corsOrigins)
      const {count, addCounting} = addLimits(http, options.limits)
      addCallers(http, {host, allowedHosts: options.allowedHosts ?? [], corsOrigins, access})
      addCounting()
      addIdempotency(http)
      await addOpenApi(http, options.version)
      const context: GatewayContext = {
        ...{engines: warmEngines, turns, sockets: new Sockets(), access, channels, listening: openListening, count},
        ...{language, leadInMs, maxAudioMs, maxAudioBytes, maxDocumentBytes, stallMs, modelAliases},
        maxUploadBytes: options.maxUploadBytes ?? 50 * 1024 ** 2,
        record: {channel: 'web', metrics, health, log, times: turnLog},
        turnLog,
        limits: {requests: options.limits, turns: queue, connections: maxConnections},
      }
      await addWebSockets(http, context)
      await addPage(http)
      addStatusRoute(http, () => ({...(status ?? {ready: false, loading: [...loading]}), models}))
      addReminderRoutes(http, {desk, access, stallMs})
      // Pages that wait for reminders would keep their connections for ever.
      health.addDoor({close: async () => desk.close()})
      const seed = addSeedRoutes({openTokens: options.openTokens ?? false})
      for (const add of [...routes, seed]) await add(http, context)
      // First the port: should it be taken, that is known before minutes of loading; and /health answers meanwhile.
      address = await listen(http, host, port, 'GATEWAY_PORT')
      onListening?.({address, health: `${address}/health`})
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
      await turns.drain(deadline)
    },
    async close() {
      stopReminding.abort()
      desk.close()
      await Promise.all([reminding, turns.drain(AbortSignal.abort())])
      // Browsers keep spare connections on which nothing was ever asked; an orderly close would wait for them.
      http.server.close()
      http.server.closeAllConnections()
      await http.close()
      await engines?.close()
      await turnLog.close()
      for (const part of [opened, openedChannels, listening]) {
        await part?.then(
          ({close}: {close(): Promise<void>}) => close(),
          () => {},
        )
      }
    },
  }
}

const noListening = async (): Promise<Listening> => {
  throw new EssenceError('ENGINE_UNAVAILABLE', 'This gateway has no live conversations.')
}
