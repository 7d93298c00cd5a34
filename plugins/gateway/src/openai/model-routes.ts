import {z} from 'zod'
import type {AddRoutes} from '../door/context.ts'
import {untilGone} from '../door/gone.ts'
import {refusal} from './errors.ts'
import {servedModels} from './models.ts'

const model = z.object({
  id: z.string(),
  object: z.literal('model'),
  created: z.int().describe('Seconds since 1970: when the gateway started'),
  owned_by: z.string(),
})

/** `GET /v1/models`, `GET /v1/models/<id>`: what can be asked, by name. */
export const addModelRoutes: AddRoutes = (http, {engines, modelAliases}) => {
  const created = Math.floor(Date.now() / 1000)
  const listed = async (signal: AbortSignal): Promise<z.infer<typeof model>[]> =>
    servedModels(await engines(signal), modelAliases).map(({id}) => ({id, object: 'model', created, owned_by: 'june'}))
  const config = {access: 'known'} as const
  const tags = ['OpenAI']

  http.get(
    '/models',
    {
      config,
      schema: {
        tags,
        summary: 'The models there are',
        response: {200: z.object({object: z.literal('list'), data: z.array(model)})},
      },
    },
    async (_request, reply) => ({object: 'list', data: await listed(untilGone(reply.raw))}),
  )
  // Names of models may have slashes.
  http.get<{Params: {'*': string}}>(
    '/models/*',
    {config, schema: {tags, summary: 'One of them', response: {200: model}}},
    async ({params}, reply) => {
      const models = await listed(untilGone(reply.raw))
      const found = models.find(({id}) => id === params['*'])
      if (found) return found
      const there = models.map(({id}) => id).join(', ')
      throw refusal(`There is no model "${params['*']}"; there is ${there}.`, {param: 'model'}, 'MODEL_UNKNOWN')
    },
  )
}
