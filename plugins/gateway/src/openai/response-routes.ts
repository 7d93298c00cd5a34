import {z} from 'zod'
import type {AddRoutes} from '../door/context.ts'
import {wantedBy} from './answer.ts'
import {sessionHeader} from './asked.ts'
import {ended} from './response-body.ts'
import type {ResponseEvent} from './response-events.ts'
import {openResponseStore} from './response-store.ts'
import {beginResponse, comingResponse, type Made, madeResponse} from './responses.ts'
import {type ResponsesRequest, responsesRequest} from './responses-request.ts'
import {sendEvents} from './send-events.ts'

const params = z.object({id: z.string().max(100)})
type Params = z.infer<typeof params>

const query = z.object({stream: z.literal('false', 'a response that is kept is not streamed again').optional()})

const shape = z.object({
  id: z.string(),
  object: z.literal('response'),
  status: z.string(),
  output: z.array(z.unknown()),
})

/** `/v1/responses`: answers that follow each other by id. They are kept in this process, for a day at most. */
export const addResponseRoutes: AddRoutes = (http, context) => {
  const store = openResponseStore()
  // Whether it is the language model or June decides what is needed; afterwards each person has their own.
  const config = {access: 'known'} as const
  const about = (summary: string, response: z.ZodType = shape) => ({
    tags: ['OpenAI'],
    summary,
    response: {200: response},
  })

  http.post<{Body: ResponsesRequest}>(
    '/responses',
    {
      config: {...config, limit: 'llm'},
      schema: {...about('An answer; with stream, as server-sent events'), body: responsesRequest},
    },
    async (request, reply) => {
      const {body, headers, caller} = request
      const coming = comingResponse(body, request, headers[sessionHeader], store)
      if (body.background) {
        const queued = {...coming, response: {...coming.response, status: 'queued' as const}}
        void lastOf(madeResponse(coming, beginResponse(coming, {caller}, context), store, context))
        return queued.response
      }
      const begun = await beginResponse(coming, request, context, wantedBy(request, reply))
      const events = madeResponse(coming, begun, store, context)
      // That it failed is its last event already.
      if (body.stream)
        return sendEvents(
          request,
          reply,
          context,
          () => eventLines(events),
          () => '',
        )
      const {response, error} = await lastOf(events)
      if (response.status === 'failed') throw error
      return response
    },
  )

  http.get<{Params: Params}>(
    '/responses/:id',
    {config, schema: {...about('A response that is kept'), params, querystring: query}},
    async ({caller, params: {id}}) => store.get(caller.userId, id).response,
  )

  http.post<{Params: Params}>(
    '/responses/:id/cancel',
    {config, schema: {...about('Stops a response that is being made; one that is there stays as it is'), params}},
    async ({caller, params: {id}}) => {
      const {stop, response} = store.get(caller.userId, id)
      stop?.abort()
      return stop ? ended(response, 'cancelled') : response
    },
  )

  http.delete<{Params: Params}>(
    '/responses/:id',
    {
      config,
      schema: {...about('Forgets it, and stops it', z.object({id: z.string(), deleted: z.literal(true)})), params},
    },
    async ({caller, params: {id}}) => {
      store.get(caller.userId, id).stop?.abort()
      store.remove(id)
      return {id, object: 'response', deleted: true}
    },
  )
}

const lastOf = async (events: AsyncGenerator<ResponseEvent, Made>): Promise<Made> => {
  let step = await events.next()
  while (!step.done) step = await events.next()
  return step.value
}

/** @throws why it failed, once all is told */
async function* eventLines(events: AsyncGenerator<ResponseEvent, Made>): AsyncGenerator<string> {
  let number = 0
  try {
    let step = await events.next()
    for (; !step.done; step = await events.next()) {
      yield `event: ${step.value.type}\ndata: ${JSON.stringify({...step.value, sequence_number: number++})}\n\n`
    }
    if (step.value.error) throw step.value.error
  } finally {
    await events.return(undefined as never)
  }
}
