import type {FastifyReply, FastifyRequest} from 'fastify'
import type {GatewayContext} from '../door/context.ts'
import {sendStream} from '../door/streamed.ts'

/** Answers with server-sent events. @param onFailure the last of them, where it fails */
export const sendEvents = (
  request: FastifyRequest,
  reply: FastifyReply,
  {stallMs}: GatewayContext,
  pieces: () => AsyncIterable<string>,
  onFailure: (error: unknown) => string,
): Promise<void> => {
  // Proxies that gather what they pass on would hold back every word.
  reply.header('x-accel-buffering', 'no')
  return sendStream(request, reply, {contentType: 'text/event-stream; charset=utf-8', stallMs, pieces, onFailure})
}
