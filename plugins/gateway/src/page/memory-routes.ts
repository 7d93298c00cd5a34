import type {Mind} from '@essence/core/assistant/port'
import type {Fact} from '@essence/core/memory/port'
import type {FastifyReply} from 'fastify'
import {z} from 'zod'
import {speakerOf} from '../door/callers.ts'
import type {AddRoutes} from '../door/context.ts'
import {mindOf} from '../people/mind.ts'
import {checked} from './turn-request.ts'

const named = z.object({id: z.string().min(1).max(100)})
const corrected = z.strictObject({text: z.string().trim().min(1).max(1000)})
const about = {what: 'a change of what June knows', suggestions: ['Send JSON {"text": "what is right"}.']}

/**
 * What June knows of the caller: `GET /api/memory` lists it, `PATCH /api/memory/<id>` corrects a fact, `DELETE /api/memory/<id>` erases
 * one, `DELETE /api/memory` everything.
 */
export const addMemoryRoutes: AddRoutes = (http, context) => {
  const reads = {config: {access: 'memory.read'}} as const
  const writes = {config: {access: 'memory.write'}} as const
  const memory = async (reply: FastifyReply): Promise<Mind['memory']> => (await mindOf(context, reply)).memory
  http.get('/api/memory', reads, async ({caller}, reply) => {
    const facts = await (await memory(reply)).facts(speakerOf(caller))
    return reply.header('cache-control', 'no-store').send({facts: facts.map(shown)})
  })
  http.patch('/api/memory/:id', writes, async (request, reply) => {
    const {id} = checked(named, request.params, 'path', about)
    const {text} = checked(corrected, request.body, 'body', about)
    return shown(await (await memory(reply)).correct(speakerOf(request.caller), id, text))
  })
  http.delete('/api/memory/:id', writes, async (request, reply) => {
    const {id} = checked(named, request.params, 'path', about)
    await (await memory(reply)).erase(speakerOf(request.caller), id)
    return reply.code(204).send()
  })
  http.delete('/api/memory', writes, async ({caller}, reply) => {
    await (await memory(reply)).eraseAll(speakerOf(caller))
    return reply.code(204).send()
  })
}

const shown = ({id, text, provenance, validFrom}: Fact) => ({id, text, provenance, validFrom})
