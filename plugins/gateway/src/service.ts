import type {Engines} from '@essence/core/engines/open'
import type {Health} from '@essence/core/service/health'
import {listen, openHttp} from '@essence/core/service/http'
import type {Log} from '@essence/core/service/log'
import type {Metrics} from '@essence/core/service/metrics'
import type {Service} from '@essence/core/service/run-service'
import {assertLoopback, guardLocalOnly} from './local-only.ts'
import {addPage} from './page.ts'
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
  openEngines: (signal: AbortSignal) => Promise<Engines>
  /** Language of a turn that names none: ISO 639-1 or `auto`. */
  language?: string | undefined
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

/** The web door: one page, and the route it speaks to. Refuses work until the engines are warm. */
export const gatewayService = (options: GatewayOptions): Service => {
  const {host, port, health, metrics, log, language, openEngines} = options
  const {maxTurns = 4, maxAudioMs = 60_000, maxAudioBytes = 20 * 1024 * 1024, stallMs} = options
  const slots = new TurnSlots(maxTurns)
  const http = openHttp({health, metrics, log})
  let engines: Engines | undefined
  let status: Status | undefined

  return {
    async start(signal) {
      assertLoopback(host)
      guardLocalOnly(http, options.contentSecurityPolicy)
      http.addHook('onSend', async (_request, reply) => {
        if (reply.statusCode === 503) reply.header('retry-after', 2)
      })
      await addPage(http)
      addStatusRoute(http, () => status)
      const warmEngines = () => (status ? engines : undefined)
      addForgetRoute(http, {engines: warmEngines})
      addTurnRoute(http, {
        engines: warmEngines,
        slots,
        record: {channel: 'web', metrics, health, log},
        maxAudioMs,
        maxAudioBytes,
        language,
        stallMs,
      })
      // First the port: should it be taken, that is known before minutes of loading; and /health answers meanwhile.
      const address = await listen(http, host, port, 'GATEWAY_PORT')
      engines = await openEngines(signal)
      status = await statusOf(engines, maxAudioMs)
      return {name: 'gateway', address, lines: status.lines, notices: status.notices}
    },
    async drain(deadline, quiet) {
      await quiet
      await slots.drain(deadline)
    },
    async close() {
      await slots.drain(AbortSignal.abort())
      // Browsers keep spare connections on which nothing was ever asked; an orderly close would wait for them.
      http.server.close()
      http.server.closeAllConnections()
      await http.close()
      await engines?.close()
    },
  }
}
