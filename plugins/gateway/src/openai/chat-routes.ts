import {z} from 'zod'
import type {AddRoutes} from '../door/context.ts'
import {begin, wantedBy} from './answer.ts'
import {sessionHeader} from './asked.ts'
import {completion, completionChunks} from './chat-answer.ts'
import {askedByChat, type ChatRequest, chatRequest} from './chat-request.ts'
import {sendEvents} from './send-events.ts'
import {failureEvent, sseEvent} from './sse.ts'

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
      const told = failureEvent(request, context.record.log)
      const pieces = () => lines(completionChunks(body, begun))
      return sendEvents(request, reply, context, pieces, error => told(error) + done)
    },
  )
}

async function* lines(chunks: AsyncIterable<object>): AsyncGenerator<string> {
  for await (const chunk of chunks) yield sseEvent(chunk)
  yield done
}

const done = 'data: [DONE]\n\n'
