import {Health} from '@essence/core/service/health'
import {listen, openHttp} from '@essence/core/service/http'
import {type Log, openLog} from '@essence/core/service/log'
import {type Metrics, openMetrics} from '@essence/core/service/metrics'
import {runService, type Service, type ServiceSummary} from '@essence/core/service/run-service'
import type {HelloSettings} from './settings.ts'

export interface HelloOptions {
  host: string
  /** 0 takes any free one. */
  port: number
  health: Health
  metrics: Metrics
  log: Log
}

/** Greets whoever asks: `GET /hello?name=Ada`. `/health` and `/metrics` are there without more. */
export const helloService = ({host, port, health, metrics, log}: HelloOptions): Service => {
  const http = openHttp({health, metrics, log})
  http.get<{Querystring: {name?: string}}>('/hello', async request => ({
    greeting: `Good day, ${request.query.name ?? 'world'}.`,
  }))

  return {
    // What takes time (models, connections) is done here: the service counts as ready when this resolves.
    async start(_signal, _fail, listening) {
      const address = await listen(http, host, port, 'HELLO_PORT')
      listening?.({address, health: `${address}/health`})
      return {name: 'hello', address, lines: [], notices: []}
    },
    // No new work is taken; what runs is finished until nobody can ask any more.
    async drain(_deadline, quiet) {
      await quiet
    },
    async close() {
      await http.close()
    },
  }
}

export interface RunHelloOptions {
  settings: HelloSettings
  version: string
  onReady: (summary: ServiceSummary) => void
}

/**
 * Runs the service in this process until it is told to stop.
 * @throws PORT_IN_USE, CONFIG_INVALID
 */
export const runHello = async ({settings, version, onReady}: RunHelloOptions): Promise<void> => {
  const {HELLO_HOST: host, HELLO_PORT: port} = settings
  const log = openLog('hello', settings)
  const health = new Health('hello', version)
  const service = helloService({host, port, health, metrics: openMetrics(settings), log})
  await runService(service, {log, health, drainMs: settings.DRAIN_TIMEOUT_SECONDS * 1000, onReady})
}
