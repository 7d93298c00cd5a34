import * as z from 'zod'
import type {ServiceAtWork, ServiceCheck} from '../service-checks.ts'
import {expectEqual, expectMatch, expectThat, mismatch} from './expect.ts'
import {parseMetrics, type Sample, type Series, seriesName, sumOf} from './metrics-text.ts'

const partSchema = z.strictObject({
  status: z.enum(['healthy', 'degraded', 'unhealthy']),
  detail: z.string().optional(),
})

/** What `GET /health` of every service answers, no field more or less. */
const reportSchema = z.strictObject({
  status: z.literal('healthy'),
  service: z.string(),
  version: z.string().min(1),
  build: z.string().optional(),
  pid: z.int().positive(),
  live: z.literal(true),
  ready: z.literal(true),
  uptimeSeconds: z.int().nonnegative(),
  timestamp: z.iso.datetime(),
  checks: z.record(z.string(), partSchema),
})

/** @throws UNHEALTHY where the service has none */
export const healthUrlOf = ({name, health}: ServiceAtWork): string => {
  if (health === undefined) throw mismatch(`the address of /health of ${name}`, 'one', health)
  return health
}

/** `GET /health`. @param parts that it must tell of: `engine` */
export const healthCheck = (parts: readonly string[]): ServiceCheck => ({
  name: 'GET /health',
  async run(service, signal) {
    const response = await fetch(healthUrlOf(service), {signal})
    const body = await response.text()
    expectEqual('the status of GET /health', response.status, 200)
    const parsed = reportSchema.safeParse(jsonOf('GET /health', body))
    if (!parsed.success) throw mismatch('GET /health', `a healthy report (${z.prettifyError(parsed.error)})`, body)
    const {service: name, checks} = parsed.data
    expectEqual('the service GET /health speaks of', name, service.name)
    for (const part of parts) expectEqual(`the part ${part} of GET /health`, checks[part]?.status, 'healthy')
  },
})

/** A call, and the series that must grow by it; by how much is not held, for others may use the service as well. */
export interface CountedCall {
  call: (service: ServiceAtWork, signal: AbortSignal) => Promise<unknown>
  grows: readonly Series[]
}

/** `GET /metrics`: Prometheus can read it, and it counts the calls made. Where the setting takes it away, it is not there. */
export const metricsCheck = (counted: readonly CountedCall[]): ServiceCheck => ({
  name: 'GET /metrics',
  async run(service, signal) {
    const url = healthUrlOf(service).replace(/health$/, 'metrics')
    const read = async (): Promise<Sample[]> => {
      const response = await fetch(url, {signal})
      expectEqual('the status of GET /metrics', response.status, 200)
      expectMatch('the type of GET /metrics', response.headers.get('content-type'), /^text\/plain; version=0\.0\.4/)
      return parseMetrics(await response.text())
    }
    if (!service.settings.ENABLE_METRICS) {
      expectEqual('the status of GET /metrics with ENABLE_METRICS=false', (await fetch(url, {signal})).status, 404)
      return
    }
    const before = await read()
    expectThat(
      'GET /metrics',
      sumOf(before, {name: 'process_cpu_seconds_total'}) !== undefined,
      'figures of the process',
      before.length,
    )
    for (const {call} of counted) await call(service, signal)
    const after = await read()
    for (const series of counted.flatMap(({grows}) => grows)) {
      const [was = 0, is = 0] = [sumOf(before, series), sumOf(after, series)]
      expectThat(`${seriesName(series)} after a call`, is > was, `more than ${was}`, is)
    }
  },
})

/** @param what named in the message  @throws UNHEALTHY */
export const jsonOf = (what: string, text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    throw mismatch(what, 'JSON', text)
  }
}
