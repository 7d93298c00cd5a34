import {EssenceError} from '../../kit/errors.ts'
import {Channel} from '../../kit/flow/channel.ts'
import {startingWith} from '../../kit/flow/iterate.ts'
import {Semaphore} from '../../kit/flow/semaphore.ts'
import {
  type AddDocumentRequest,
  MindDefinition,
  type MindServiceImplementation,
} from '../../rpc/generated/june/mind/mind.ts'
import {withIdleLimit} from '../../rpc/stream-input.ts'
import type {Assistant, Mind} from '../port.ts'
import {noMind} from './answers.ts'
import {
  conversationMessage,
  documentMessage,
  factMessage,
  mindService,
  passageMessage,
  reminderMessage,
  saidMessage,
} from './mind-messages.ts'

export {MindDefinition as mindDefinition, mindService}

/** Documents read at once: each is held whole. */
const documentsAtOnce = 2

export interface MindServerOptions {
  /** @throws ENGINE_UNAVAILABLE while the service starts */
  assistant: () => Assistant
  /** Bytes of a document. */
  maxDocumentBytes: number
  /** ms after which a client that sends nothing and does not end its stream is given up. */
  idleMs: number
  /** Ends the streams that do not end by themselves. */
  stopping: AbortSignal
}

/** What June knows, as `june.mind.Mind`. */
export const serveMind = ({
  assistant,
  maxDocumentBytes,
  idleMs,
  stopping,
}: MindServerOptions): MindServiceImplementation => {
  const mind = (): Mind => assistant().mind ?? noMind()
  const reading = new Semaphore(documentsAtOnce)
  return {
    async listFacts({userId, past}) {
      return {facts: (await mind().memory.facts(person(userId), {past})).map(factMessage)}
    },
    async correctFact({userId, id, text}) {
      if (text.trim() === '') throw new EssenceError('USAGE', 'A fact without text cannot be noted.')
      return factMessage(await mind().memory.correct(person(userId), id, text))
    },
    async eraseFact({userId, id}) {
      await mind().memory.erase(person(userId), id)
      return {}
    },
    async erasePerson({userId}) {
      await mind().memory.eraseAll(person(userId))
      return {}
    },
    async listConversations({userId, page, pageSize, beforeMs, sessionId: session, query}) {
      const before = beforeMs === undefined ? undefined : new Date(beforeMs)
      const wanted = {
        page: page || undefined,
        pageSize: pageSize || undefined,
        before,
        session,
        query: query || undefined,
      }
      const {items, total} = await mind().memory.conversations(person(userId), wanted)
      return {conversations: items.map(conversationMessage), total}
    },
    async listMessages({userId, conversationId, after, limit}) {
      const messages = await mind().memory.messages(person(userId), conversationId, {after, limit: limit || undefined})
      return {messages: messages.map(saidMessage)}
    },
    async renameConversation({userId, conversationId, title}) {
      await mind().memory.renameConversation(person(userId), conversationId, title)
      return {}
    },
    async resumeConversation({userId, conversationId, sessionId}) {
      await mind().memory.resumeConversation(person(userId), conversationId, sessionId)
      return {}
    },
    async removeConversation({userId, conversationId}) {
      await mind().memory.removeConversation(person(userId), conversationId)
      return {}
    },
    async forgetSession({userId, sessionId}) {
      await assistant().forget(sessionId, userId || undefined)
      return {}
    },
    async *addDocument(requests, {signal}) {
      const {documents} = mind()
      const leave = await reading.acquire(signal)
      try {
        const source = await gathered(withIdleLimit(requests, idleMs), maxDocumentBytes)
        const progress = new Channel<{done: number; all: number}>(Number.POSITIVE_INFINITY)
        const onProgress = (done: number, all: number): void => void progress.push({done, all})
        const added = documents.add(source, {signal, onProgress}).finally(() => progress.end())
        // Its failure is told below, where it is waited for.
        added.catch(() => {})
        for await (const step of progress) yield {...step, document: undefined}
        yield {done: 1, all: 1, document: documentMessage(await added)}
      } finally {
        leave()
      }
    },
    async listDocuments({owner}) {
      return {documents: (await mind().documents.list(owner)).map(documentMessage)}
    },
    async removeDocument({id, owner}) {
      await mind().documents.remove(id, owner)
      return {}
    },
    async searchDocuments({query, limit, owner, documents}, {signal}) {
      const only = documents.length > 0 ? documents : undefined
      const found = await mind().documents.search(query, {limit: limit || undefined, owner, documents: only, signal})
      return {passages: found.map(passageMessage)}
    },
    async listReminders({userId}) {
      return {reminders: (await mind().reminders.list(person(userId))).map(reminderMessage)}
    },
    async cancelReminder({userId, id}) {
      return {cancelled: await mind().reminders.cancel(person(userId), id)}
    },
    async *dueReminders({channel}, {signal}) {
      const ended = AbortSignal.any([signal, stopping])
      try {
        for await (const due of mind().reminders.due(channel, ended)) yield reminderMessage(due)
      } catch (error) {
        if (!ended.aborted) throw error
      }
      if (!signal.aborted) throw new EssenceError('ENGINE_UNAVAILABLE', 'The service is stopping: listen again.')
    },
    async markDelivered({id}) {
      await mind().reminders.delivered(id)
      return {}
    },
  }
}

/** @throws USAGE */
const person = (userId: string): string => {
  if (userId !== '') return userId
  throw new EssenceError('USAGE', 'user_id is empty; the person was expected.')
}

/** A document whose bytes come in pieces. @throws USAGE, DOCUMENT_TOO_LARGE */
const gathered = async (requests: AsyncIterator<AddDocumentRequest>, maxBytes: number) => {
  const first = await requests.next()
  if (first.done || first.value.name === '') throw new EssenceError('USAGE', 'A document without a name was sent.')
  const {name, owner} = first.value
  const parts: Uint8Array[] = []
  let size = 0
  for await (const {data} of startingWith(first.value, requests)) {
    size += data.length
    if (size > maxBytes) {
      throw new EssenceError(
        'DOCUMENT_TOO_LARGE',
        `${name} has more than ${maxBytes / 1024 ** 2} MiB, the most that is read.`,
        {
          suggestions: ['Raise DOCUMENT_MAX_MB where the service runs, or send it in parts.'],
        },
      )
    }
    parts.push(data)
  }
  return {name, owner, bytes: new Uint8Array(Buffer.concat(parts))}
}
