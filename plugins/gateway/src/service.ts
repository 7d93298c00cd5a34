import {deliverReminders} from '@essence/core/channel/reminders/deliver-reminders'
import {memoryTurnLog} from '@essence/core/channel/turn-log'
import type {Listening} from '@essence/core/engines/listening'
import {type EngineRole, type Engines, enginesInUse} from '@essence/core/engines/open'
import {patienceMs} from '@essence/core/engines/remote/patience'
import {openReopenable, type ReopenableEngines} from '@essence/core/engines/reopenable'
import {EssenceError, isEssenceError} from '@essence/core/kit/errors'
import {Condition} from '@essence/core/kit/flow/condition'
import {openOnce} from '@essence/core/kit/load-once'
import {tellEngines} from '@essence/core/service/engine/health'
import {listen, openHttp} from '@essence/core/service/http'
import type {ComingModels, Service, ServiceSummary} from '@essence/core/service/run-service'
import {addAdminRoutes} from './admin/routes.ts'
import {addBodyPace} from './door/body-pace.ts'
import {addCallers} from './door/callers.ts'
import type {AddRoutes, GatewayContext} from './door/context.ts'
import {addCors} from './door/cors.ts'
import {addIdempotency} from './door/idempotency.ts'
import {addLimits} from './door/limits.ts'
import {addOpenApi} from './door/openapi.ts'
import {addSecurityHeaders} from './door/security-headers.ts'
import {Sockets} from './door/socket/sockets.ts'
import {addWebSockets, upgradePaths} from './door/socket/websockets.ts'
import {TurnQueue} from './door/turn-queue.ts'
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
import type {GatewayOptions} from './service-options.ts'

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
    // Recordings may come as they are spoken: see `addBodyPace`.
    requestTimeoutMs: 0,
  })
  let address = ''
  const access = openOnce(() => options.openAccess(() => address || undefined))
  const channels = options.openChannels && openOnce(options.openChannels)
  const listening = openOnce(options.openListening ?? noListening)
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
      {suggestions: ['Try again in a moment.']},
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
      addCallers(http, {host, allowedHosts: options.allowedHosts ?? [], corsOrigins, access: access.open})
      addCounting()
      addIdempotency(http)
      await addOpenApi(http, options.version)
      const context: GatewayContext = {
        ...{engines: warmEngines, turns, sockets: new Sockets(), count},
        ...{access: access.open, channels: channels?.open, listening: listening.open},
        ...{language, leadInMs, maxAudioMs, maxAudioBytes, maxDocumentBytes, stallMs, modelAliases},
        maxUploadBytes: options.maxUploadBytes ?? 50 * 1024 ** 2,
        liveSessionMs: options.liveSessionMs ?? 60 * 60_000,
        record: {channel: 'web', metrics, health, log, times: turnLog},
        turnLog,
        limits: {requests: options.limits, turns: queue, connections: maxConnections},
      }
      await addWebSockets(http, context)
      await addPage(http)
      addStatusRoute(http, () => ({...(status ?? {ready: false, loading: [...loading]}), models}))
      addReminderRoutes(http, {desk, access: access.open, stallMs})
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
      await Promise.all([access.close(), channels?.close(), listening.close()])
    },
  }
}

const noListening = async (): Promise<Listening> => {
  throw new EssenceError('ENGINE_UNAVAILABLE', 'This gateway has no live conversations.')
}
