import type {Mind} from '@essence/core/assistant/port'
import {EssenceError} from '@essence/core/kit/errors'
import type {FastifyReply} from 'fastify'
import type {GatewayContext} from '../door/context.ts'
import {untilGone} from '../door/gone.ts'

/** What June knows and does beside answering. @throws STORE_UNAVAILABLE (there is none, and why), ENGINE_BUSY, CANCELLED */
export const mindOf = async ({engines}: Pick<GatewayContext, 'engines'>, {raw}: FastifyReply): Promise<Mind> => {
  const {mind, lacks = []} = (await engines(untilGone(raw))).assistant
  if (mind) return mind
  const why = lacks.length > 0 ? `: ${lacks.join('; ')}` : ''
  throw new EssenceError('STORE_UNAVAILABLE', `June remembers nothing beyond a conversation${why}.`)
}
