import {requestFailure} from '@essence/core/service/http'
import type {FastifyRequest} from 'fastify'
import {z} from 'zod'
import type {AddRoutes, GatewayContext} from '../door/context.ts'
import {begin, wantedBy} from './answer.ts'
import {sessionHeader} from './asked.ts'
import {completion, completionChunks} from './chat-answer.ts'
import {askedByChat, type ChatRequest, chatRequest} from './chat-request.ts'
import {errorBody} from './errors.ts'
import {sendEvents} from './send-events.ts'

/** `POST /v1/chat/completions`, with the history that the client keeps. */
export const addChatRoutes: AddRoutes = (http, context) => {
  http.post<{Body: ChatRequest}>(
    '/chat/completions',
    {
      // Whether it is the language model or June decides what is needed.
      config: {access: 'known', limit: 'llm'},
      schema: {
        tags: ['OpenAI'],
        summary: 'An answer to messages; with stream, in chunks (server-sent events)',
        body: chatRequest,
        response: {200: z.object({id: z.string(), object: z.string(), choices: z.array(z.unknown())})},
      },
    },
    async (request, reply) => {
      const {body, headers} = request
      const begun = await begin(askedByChat(body, headers[sessionHeader]), request, context, wantedBy(request, reply))
      if (body.stream !== true) return completion(body, begun)
      return sendEvents(request, reply, context, () => chunkLines(completionChunks(body, begun), request, context))
    },
  )
}

async function* chunkLines(
  chunks: AsyncIterable<object>,
  request: FastifyRequest,
  {record}: GatewayContext,
): AsyncGenerator<string> {
  try {
    for await (const chunk of chunks) yield `data: ${JSON.stringify(chunk)}\n\n`
  } catch (error) {
    yield `data: ${JSON.stringify(errorBody(requestFailure(error, request, record.log), error))}\n\n`
  }
  yield 'data: [DONE]\n\n'
}
