import type {Engines} from '@essence/core/engines/open'
import {Health} from '@essence/core/service/health'
import {openLog} from '@essence/core/service/log'
import {openMetrics} from '@essence/core/service/metrics'
import {gatewayService} from '../src/service.ts'
import type {GatewayOptions} from '../src/service-options.ts'

const plenty = [{count: 1_000_000, windowMs: 60_000}] as const

/** A gateway on a free port, with its page and route. */
export const openGateway = async (
  engines: Engines,
  {onListening, ...options}: Partial<GatewayOptions> & {onListening?: (address: string) => void} = {},
) => {
  const health = new Health('gateway', '0.0.0')
  const metrics = openMetrics()
  const log = openLog('gateway', {LOG_LEVEL: 'ERROR', LOG_FORMAT: 'json'})
  log.level = 'silent'
  const service = gatewayService({
    host: '127.0.0.1',
    port: 0,
    version: '0.0.0',
    limits: {all: plenty, chat: plenty, llm: plenty, stt: plenty, tts: plenty},
    openAccess: async () => {
      throw new Error('This gateway has no accounts.')
    },
    health,
    metrics,
    log,
    openEngines: async () => engines,
    ...options,
  })
  const starting = service.start(
    new AbortController().signal,
    () => {},
    ({address}) => onListening?.(address ?? ''),
  )
  const {address = ''} = await starting.catch(async error => {
    await service.close()
    throw error
  })
  health.phase = 'ready'
  return {address, service, metrics, health, log, [Symbol.asyncDispose]: () => service.close()}
}

export type Line = {type: string} & Record<string, unknown>

/** The lines of an answer, as they come. */
export async function* linesOf(response: Response): AsyncGenerator<Line> {
  let rest = ''
  const decoder = new TextDecoder()
  for await (const part of response.body ?? []) {
    const lines = (rest + decoder.decode(part, {stream: true})).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) yield JSON.parse(line)
  }
}

export const allLines = async (response: Response): Promise<Line[]> => {
  const lines: Line[] = []
  for await (const line of linesOf(response)) lines.push(line)
  return lines
}

export const postText = (address: string, body: object, init: RequestInit = {}): Promise<Response> =>
  fetch(`${address}/api/turn`, {
    method: 'POST',
    headers: {'content-type': 'application/json'},
    body: JSON.stringify(body),
    ...init,
  })
