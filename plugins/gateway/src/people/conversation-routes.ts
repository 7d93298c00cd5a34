import type {Mind} from '@essence/core/assistant/port'
import {startingWith} from '@essence/core/kit/flow/iterate'
import {allMessages} from '@essence/core/memory/export'
import {requestFailure} from '@essence/core/service/http'
import type {FastifyReply, FastifyRequest} from 'fastify'
import type {ZodTypeProvider} from 'fastify-type-provider-zod'
import {z} from 'zod'
import type {AddRoutes} from '../door/context.ts'
import {paged, pageOf, paging} from '../door/paging.ts'
import {sendStream} from '../door/streamed.ts'
import {sessionName, sessionOf} from '../page/turn-request.ts'
import {conversationSchema, conversationToWire, messageSchema, messageToWire} from './conversation-wire.ts'
import {contentTypes, exportPieces} from './export.ts'
import {mindOf} from './mind.ts'
import {speakerNamed, userId} from './person.ts'

const listed = z.object({
  ...paging,
  /** Words of a title, or of what was said. */
  q: z.string().max(200).optional(),
})
const renamed = z.object({title: z.string().trim().min(1).max(120)})
/** Another name for it, by which it goes on. */
const resumed = z.object({session: sessionName.optional()}).nullish()
const ofPerson = z.object({user_id: userId})
const ofChat = ofPerson.extend({
  /** The id of a conversation, or the name a client gave: then its latest one. */
  chat_id: z.string().regex(/^[\w-]{1,64}$/, 'expected the id of a conversation, or its name'),
})
const part = z.object({
  after: z.coerce.number().int().min(0).max(1_000_000_000).default(0),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
})
const format = z.object({format: z.enum(['json', 'txt']).default('json')})
const listSchema = z.object({conversations: z.array(conversationSchema), ...paged})
const messagesSchema = z.object({
  conversation_id: z.string(),
  user_id: z.string(),
  chat_id: z.string(),
  messages: z.array(messageSchema),
  /** To be sent as `after` for those that follow; absent where these are the last. */
  next_after: z.int().optional(),
})

type Memory = Mind['memory']

/** What was said, for its person: listed, read, taken along, erased. */
export const addConversationRoutes: AddRoutes = (door, context) => {
  const http = door.withTypeProvider<ZodTypeProvider>()
  const tags = ['conversations']
  const reads = {config: {access: 'conversations.read'}} as const
  const writes = {config: {access: 'conversations.write'}} as const
  const memoryOf = async (reply: FastifyReply): Promise<Memory> => (await mindOf(context, reply)).memory

  const list = async (
    request: FastifyRequest,
    reply: FastifyReply,
    {userId, ...page}: {userId: string} & z.infer<typeof listed>,
  ) => {
    const speaker = await speakerNamed(context, request, {userId, needs: 'admin.read', action: 'conversations.listed'})
    const {items, total} = await (await memoryOf(reply)).conversations(speaker, {
      page: page.page,
      pageSize: page.page_size,
      query: page.q,
    })
    reply.header('cache-control', 'no-store')
    return {conversations: items.map(conversationToWire), ...pageOf(total, page)}
  }
  /** The conversation that a path names, and its person. */
  const named = async (
    request: FastifyRequest,
    reply: FastifyReply,
    {
      params: {user_id: userId, chat_id: details},
      ...how
    }: {
      params: z.infer<typeof ofChat>
      needs: 'admin.read' | 'admin.write'
      action: string
    },
  ) => {
    const speaker = await speakerNamed(context, request, {userId, details, ...how})
    const memory = await memoryOf(reply)
    const [latest] = (await memory.conversations(speaker, {session: sessionOf(details), pageSize: 1})).items
    return {speaker, memory, conversation: latest?.id ?? details}
  }

  http.get(
    '/conversations',
    {
      ...reads,
      schema: {
        tags,
        summary: 'Your conversations, the newest first.',
        querystring: listed,
        response: {200: listSchema},
      },
    },
    (request, reply) => list(request, reply, {userId: request.caller.userId, ...request.query}),
  )
  http.get(
    '/conversations/:user_id',
    {
      ...reads,
      schema: {
        tags,
        summary: 'Conversations of a person, the newest first.',
        params: ofPerson,
        querystring: listed,
        response: {200: listSchema},
      },
    },
    (request, reply) => list(request, reply, {userId: request.params.user_id, ...request.query}),
  )
  http.get(
    '/conversations/:user_id/:chat_id',
    {
      ...reads,
      schema: {
        tags,
        summary: 'The messages of a conversation, the oldest first.',
        params: ofChat,
        querystring: part,
        response: {200: messagesSchema},
      },
    },
    async (request, reply) => {
      const {params, query} = request
      const how = {params, needs: 'admin.read', action: 'conversation.read'} as const
      const {speaker, memory, conversation} = await named(request, reply, how)
      const messages = await memory.messages(speaker, conversation, query)
      reply.header('cache-control', 'no-store')
      return {
        conversation_id: conversation,
        ...params,
        messages: messages.map(messageToWire),
        next_after: messages.length === query.limit ? messages.at(-1)?.ordinal : undefined,
      }
    },
  )
  http.get(
    '/conversations/:user_id/:chat_id/export',
    {
      ...reads,
      schema: {tags, summary: 'A conversation as a file.', params: ofChat, querystring: format},
    },
    async (request, reply) => {
      const {params, query} = request
      const how = {params, needs: 'admin.read', action: 'conversation.exported'} as const
      const {speaker, memory, conversation} = await named(request, reply, how)
      const all = allMessages(memory, speaker, conversation)
      // What cannot be read is a status and no broken file.
      const first = await all.next()
      reply.header('content-disposition', `attachment; filename="conversation-${conversation}.${query.format}"`)
      const messages = first.done ? all : startingWith(first.value, all)
      const exported = {conversation, userId: params.user_id, chatId: params.chat_id, messages, ...query}
      const {stallMs} = context
      const pieces = () => exportPieces(exported)
      const onFailure = (error: unknown) => void requestFailure(error, request, context.record.log)
      return sendStream(request, reply, {contentType: contentTypes[query.format], pieces, onFailure, stallMs})
    },
  )
  http.patch(
    '/conversations/:user_id/:chat_id',
    {
      ...writes,
      schema: {
        tags,
        summary: 'Give a conversation another title.',
        params: ofChat,
        body: renamed,
        response: {204: z.undefined()},
      },
    },
    async (request, reply) => {
      const how = {params: request.params, needs: 'admin.write', action: 'conversation.renamed'} as const
      const {speaker, memory, conversation} = await named(request, reply, how)
      await memory.renameConversation(speaker, conversation, request.body.title)
      return reply.code(204).send()
    },
  )
  http.post(
    '/conversations/:user_id/:chat_id/resume',
    {
      ...writes,
      schema: {
        tags,
        summary: 'Go on with a conversation that fell silent: what is said next in its session belongs to it.',
        params: ofChat,
        body: resumed,
        response: {204: z.undefined()},
      },
    },
    async (request, reply) => {
      const how = {params: request.params, needs: 'admin.write', action: 'conversation.resumed'} as const
      const {speaker, memory, conversation} = await named(request, reply, how)
      const session = request.body?.session
      await memory.resumeConversation(speaker, conversation, session && sessionOf(session))
      return reply.code(204).send()
    },
  )
  http.delete(
    '/conversations/:user_id/:chat_id',
    {...writes, schema: {tags, summary: 'Erase a conversation.', params: ofChat, response: {204: z.undefined()}}},
    async (request, reply) => {
      const how = {params: request.params, needs: 'admin.write', action: 'conversation.erased'} as const
      const {speaker, memory, conversation} = await named(request, reply, how)
      await memory.removeConversation(speaker, conversation)
      return reply.code(204).send()
    },
  )
}
