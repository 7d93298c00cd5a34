import {once} from 'node:events'
import {type AddressInfo, connect, createServer, type Socket} from 'node:net'
import {listenError} from '@essence/core/kit/listen-error'
import {Health} from '@essence/core/service/health'
import {type Log, openLog} from '@essence/core/service/log'
import {runService, type Service, type ServiceSummary} from '@essence/core/service/run-service'
import type {WebappSettings} from './settings.ts'

export interface WebappOptions {
  /** Address of the gateway: `http:`. */
  gateway: URL
  /** 0 takes any free one. */
  port: number
  log: Log
}

/** Of this machine alone. */
const host = '127.0.0.1'

/**
 * The page of a gateway at an address of this machine, as `ssh -L` would show it: bytes go to and fro as they are. `Host` and `Origin` stay
 * what the browser says; so who may come in is decided where all else is, by the gateway.
 */
export const webappService = ({gateway, port, log}: WebappOptions): Service => {
  const sockets = new Set<Socket>()
  const server = createServer({allowHalfOpen: true}, browser => {
    const upstream = connect({
      host: gateway.hostname.replace(/^\[|\]$/g, ''),
      port: Number(gateway.port || 80),
      allowHalfOpen: true,
    })
    let isThrough = false
    upstream.once('connect', () => {
      isThrough = true
    })
    for (const [here, there] of [
      [browser, upstream],
      [upstream, browser],
    ] as const) {
      sockets.add(here)
      here.setNoDelay(true)
      here.pipe(there)
      here.once('close', () => {
        sockets.delete(here)
        if (isThrough || here === browser) there.destroy()
      })
    }
    browser.on('error', () => upstream.destroy())
    upstream.on('error', ({message}) => {
      if (isThrough) browser.destroy()
      else {
        log.warn({reason: message}, 'the gateway does not answer')
        browser.end(refusal(gateway))
      }
    })
  })
  return {
    async start(_signal, _fail, listening) {
      server.listen(port, host)
      await once(server, 'listening').catch(error => {
        throw listenError(error, {host, port, variable: 'WEBAPP_PORT'})
      })
      const address = `http://${host}:${(server.address() as AddressInfo).port}`
      listening?.({address, health: `${address}/health`})
      return {name: 'webapp', address, lines: [`page of the gateway at ${gateway.origin}`], notices: []}
    },
    async drain() {
      server.close()
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

/** To a browser, while there is no gateway: a page that says so and tries again. */
const refusal = ({origin}: URL): string => {
  const page = `<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="3"><title>June</title><p>The gateway at ${origin} does not answer. Start it there: essence up`
  const head = [
    'HTTP/1.1 502 Bad Gateway',
    'content-type: text/html; charset=utf-8',
    `content-length: ${Buffer.byteLength(page)}`,
  ]
  return `${[...head, 'retry-after: 3', 'connection: close'].join('\r\n')}\r\n\r\n${page}`
}

export interface RunWebappOptions {
  settings: WebappSettings
  version: string
  onReady: (summary: ServiceSummary) => void
}

/**
 * Runs it in this process until it is told to stop.
 * @throws PORT_IN_USE, CONFIG_INVALID
 */
export const runWebapp = async ({settings, version, onReady}: RunWebappOptions): Promise<void> => {
  const {GATEWAY_URL: gateway, WEBAPP_PORT: port} = settings
  const log = openLog('webapp', settings)
  const service = webappService({gateway: new URL(gateway), port, log})
  await runService(service, {
    log,
    health: new Health('webapp', version),
    drainMs: settings.DRAIN_TIMEOUT_SECONDS * 1000,
    onReady,
  })
}
