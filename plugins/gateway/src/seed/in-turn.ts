import type {Engines} from '@essence/core/engines/open'
import type {FastifyReply, FastifyRequest} from 'fastify'
import {speakerOf} from '../door/callers.ts'
import type {GatewayContext} from '../door/context.ts'
import {untilGone} from '../door/gone.ts'

const never = new AbortController().signal

/** Aborts when the client has gone, unless the answer is recorded for one that asks again. */
export const untilUnwanted = ({recording}: Pick<FastifyRequest, 'recording'>, {raw}: FastifyReply): AbortSignal =>
  recording ? never : untilGone(raw)

/**
 * Does what a request asks of the engines, when it is its person's turn.
 * @throws ENGINE_BUSY, CANCELLED, and what the work throws
 */
export const inTurn = async <T>(
  request: Pick<FastifyRequest, 'caller' | 'recording'>,
  reply: FastifyReply,
  {turns, engines}: GatewayContext,
  work: (engines: Engines, signal: AbortSignal) => Promise<T>,
): Promise<T> => {
  const unwanted = untilUnwanted(request, reply)
  const speaker = speakerOf(request.caller)
  turns.assertRoom(speaker)
  const opened = await engines(unwanted)
  const {signal, release} = await turns.take(speaker, {signal: unwanted})
  try {
    return await work(opened, signal)
  } finally {
    release()
  }
}
