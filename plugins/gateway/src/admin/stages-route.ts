import type {ZodTypeProvider} from 'fastify-type-provider-zod'
import {z} from 'zod'
import type {AddRoutes} from '../door/context.ts'
import {stages} from './stage-history.ts'

const query = z.object({hours: z.coerce.number().int().min(1).max(168).default(24)})

/** ms. */
const figures = z.object({count: z.int(), p50: z.number(), p95: z.number()})

const byStage = z.partialRecord(z.enum(stages), figures)

const stagesSchema = z.object({
  /** From when on no turn is missing: the start of the gateway, or later where it remembers no more. */
  since: z.iso.datetime(),
  hours: z.int(),
  turns: z.int(),
  /** Of all channels. A stage that did not happen is absent. */
  stages: byStage,
  channels: z.record(z.string(), byStage),
  series: z.array(z.object({at: z.iso.datetime(), stages: byStage})),
})

/** `GET /admin/stages`: how long the stages of turns took, from the last turns of this gateway. */
export const addStagesRoute: AddRoutes = (door, {stages: history}) => {
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
    async ({query: {hours}}) => history.summary(hours),
  )
}
