import type {Check} from '@essence/core/service/health'
import type {ZodTypeProvider} from 'fastify-type-provider-zod'
import {z} from 'zod'
import type {AddRoutes, GatewayContext} from '../door/context.ts'

const state = z.enum(['healthy', 'degraded', 'unhealthy'])
const statusSchema = z.object({
  services: z.record(z.string(), z.object({service: z.string(), status: state, details: z.string().optional()})),
  summary: z.object({total: z.int(), healthy: z.int(), degraded: z.int(), unhealthy: z.int()}),
  /** Turns that wait. */
  queue: z.object({waiting: z.int()}),
  /** To this gateway, now. */
  connections: z.int(),
  /** In force: requests of one person, turns at once and waiting, connections. */
  limits: z.object({
    requests: z.record(z.string(), z.array(z.object({count: z.int(), window_seconds: z.number()}))),
    turns: z.object({at_once: z.int(), waiting: z.int(), waiting_per_person: z.int()}),
    connections: z.int(),
  }),
  version: z.string(),
  uptime_seconds: z.int(),
  timestamp: z.iso.datetime(),
})

/** `GET /admin/status`: how the parts of June are, as the gateway knows them. */
export const addAdminStatusRoute: AddRoutes = (door, {record: {health}, turns, limits}) => {
  door.withTypeProvider<ZodTypeProvider>().get(
    '/admin/status',
    {
      config: {access: 'admin.read'},
      schema: {tags: ['admin'], summary: 'How the parts of June are.', response: {200: statusSchema}},
    },
    async () => {
      const {checks, version, uptimeSeconds} = health.report()
      const connections = await new Promise<number>((resolve, reject) =>
        door.server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
      )
      const services = Object.entries(checks).map(([service, {status, detail}]) => ({service, status, details: detail}))
      return {
        services: Object.fromEntries(services.map(each => [each.service, each])),
        summary: {
          total: services.length,
          healthy: count(services, 'healthy'),
          degraded: count(services, 'degraded'),
          unhealthy: count(services, 'unhealthy'),
        },
        queue: {waiting: turns.waiting},
        connections,
        limits: limitsToWire(limits),
        version,
        uptime_seconds: uptimeSeconds,
        timestamp: new Date().toISOString(),
      }
    },
  )
}

const limitsToWire = ({
  requests,
  turns,
  connections,
}: GatewayContext['limits']): z.input<typeof statusSchema>['limits'] => ({
  requests: Object.fromEntries(
    Object.entries(requests).map(([kind, windows]) => [
      kind,
      windows.map(({count, windowMs}) => ({count, window_seconds: windowMs / 1000})),
    ]),
  ),
  turns: {at_once: turns.maxTurns, waiting: turns.maxWaiting, waiting_per_person: turns.maxWaitingPerPerson},
  connections,
})

const count = (services: readonly Pick<Check, 'status'>[], wanted: Check['status']): number =>
  services.filter(({status}) => status === wanted).length
