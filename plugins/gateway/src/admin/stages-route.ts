import type {ZodTypeProvider} from 'fastify-type-provider-zod'
import {z} from 'zod'
import type {AddRoutes} from '../door/context.ts'
import {hourMs, stageSummary, stages} from './stage-summary.ts'

const query = z.object({hours: z.coerce.number().int().min(1).max(168).default(24)})

/** ms. */
const figures = z.object({count: z.int(), p50: z.number(), p95: z.number()})

const byStage = z.partialRecord(z.enum(stages), figures)

const stagesSchema = z.object({
  hours: z.int(),
  turns: z.int(),
  /** Of all channels. A stage that did not happen is absent. */
  stages: byStage,
  channels: z.record(z.string(), byStage),
  series: z.array(z.object({at: z.iso.datetime(), stages: byStage})),
})

/** `GET /admin/stages`: how long the stages of turns took, on all channels of this machine. */
export const addStagesRoute: AddRoutes = (door, {turnLog}) => {
  door.withTypeProvider<ZodTypeProvider>().get(
    '/admin/stages',
    {
      config: {access: 'admin.read'},
      schema: {
        tags: ['admin'],
        summary: 'How long the stages of turns took: median and 95th percentile.',
        querystring: query,
        response: {200: stagesSchema},
      },
    },
    async ({query: {hours}}) => {
      const now = Date.now()
      return stageSummary(await turnLog.find({after: now - hours * hourMs}), hours, now)
    },
  )
}
