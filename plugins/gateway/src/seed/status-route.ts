import type {ZodTypeProvider} from 'fastify-type-provider-zod'
import {z} from 'zod'
import type {AddRoutes} from '../door/context.ts'

const status = z.object({
  service: z.literal('gateway'),
  version: z.string(),
  active_connections: z.int().describe('open WebSockets'),
  uptime: z.int().describe('seconds'),
  timestamp: z.string(),
})

/** `GET /status`, for people and monitors; what is wrong says `/health`. */
export const addStatusOf =
  (connections: () => number): AddRoutes =>
  (http, {record: {health}}) => {
    http
      .withTypeProvider<ZodTypeProvider>()
      .get(
        '/status',
        {config: {access: 'open'}, schema: {tags: ['status'], summary: 'What runs', response: {200: status}}},
        async () => {
          const {version, uptimeSeconds, timestamp} = health.report()
          return {
            service: 'gateway' as const,
            version,
            active_connections: connections(),
            uptime: uptimeSeconds,
            timestamp,
          }
        },
      )
  }
