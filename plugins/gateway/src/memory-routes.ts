import type {Mind} from '@essence/core/assistant/port'
import type {Engines} from '@essence/core/engines/open'
import {EssenceError} from '@essence/core/kit/errors'
import type {Fact} from '@essence/core/memory/port'
import type {FastifyInstance, FastifyReply} from 'fastify'
import {z} from 'zod'
import {owner, untilGone} from './owner.ts'
import {checked} from './turn-request.ts'

export interface MemoryRouteOptions {
  /** Once they are warm. @throws ENGINE_BUSY where that takes longer than a person waits, CANCELLED */
  engines: (signal: AbortSignal) => Promise<Engines>
}

const named = z.object({id: z.string().min(1).max(100)})
const corrected = z.strictObject({text: z.string().trim().min(1).max(1000)})
const about = {what: 'a change of what June knows', suggestions: ['Send JSON {"text": "what is right"}.']}

/**
 * What June knows of the owner: `GET /api/memory` lists it, `PATCH /api/memory/<id>` corrects a fact, `DELETE /api/memory/<id>` erases
 * one, `DELETE /api/memory` everything.
 */
export const addMemoryRoutes = (http: FastifyInstance, {engines}: MemoryRouteOptions): void => {
  const memory = async ({raw}: FastifyReply): Promise<Mind['memory']> => {
    const {mind, lacks = []} = (await engines(untilGone(raw))).assistant
    if (mind) return mind.memory
    const why = lacks.length > 0 ? `: ${lacks.join('; ')}` : ''
    throw new EssenceError('STORE_UNAVAILABLE', `June remembers nothing beyond a conversation${why}.`)
  }
  http.get('/api/memory', async (_request, reply) => {
    const facts = await (await memory(reply)).facts(owner)
    return reply.header('cache-control', 'no-store').send({facts: facts.map(shown)})
  })
  http.patch('/api/memory/:id', async (request, reply) => {
    const {id} = checked(named, request.params, 'path', about)
    const {text} = checked(corrected, request.body, 'body', about)
    return shown(await (await memory(reply)).correct(owner, id, text))
  })
  http.delete('/api/memory/:id', async (request, reply) => {
    const {id} = checked(named, request.params, 'path', about)
    await (await memory(reply)).erase(owner, id)
    return reply.code(204).send()
  })
  http.delete('/api/memory', async (_request, reply) => {
    await (await memory(reply)).eraseAll(owner)
    return reply.code(204).send()
  })
}

const shown = ({id, text, provenance, validFrom}: Fact) => ({id, text, provenance, validFrom})
