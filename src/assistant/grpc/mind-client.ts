import {setTimeout} from 'node:timers/promises'
import {EssenceError, isEssenceError} from '../../kit/errors.ts'
import {backoffMs} from '../../kit/flow/backoff.ts'
import {inPieces} from '../../kit/flow/iterate.ts'
import {openRpcClient, type RpcClientOptions} from '../../rpc/client.ts'
import {AddDocumentRequest, MindDefinition} from '../../rpc/generated/june/mind/mind.ts'
import type {DueReminder} from '../../tools/port.ts'
import type {Assistant, Mind} from '../port.ts'
import {
  conversationFrom,
  documentFrom,
  dueFrom,
  factFrom,
  mindService,
  passageFrom,
  reminderFrom,
  saidFrom,
} from './mind-messages.ts'

/** Bytes of a document in one message. */
const pieceBytes = 1024 ** 2

/** What an assistant elsewhere knows. @throws CONFIG_INVALID (the address) */
export const openMindClient = (
  connection: RpcClientOptions,
  {tools, closing}: {tools: readonly string[]; closing: AbortSignal},
): {mind: Mind; forget: Assistant['forget']; close: () => void} => {
  const {client, close} = openRpcClient(MindDefinition, mindService, connection)

  const mind: Mind = {
    tools,
    memory: {
      facts: async (userId, {past = false} = {}) => (await client.listFacts({userId, past})).facts.map(factFrom),
      correct: async (userId, id, text) => factFrom(await client.correctFact({userId, id, text})),
      erase: async (userId, id) => void (await client.eraseFact({userId, id})),
      eraseAll: async userId => void (await client.erasePerson({userId})),
      async conversations(userId, {page = 0, pageSize = 0, before, session, query = ''} = {}) {
        const request = {userId, page, pageSize, beforeMs: before && Number(before), sessionId: session, query}
        const {conversations, total} = await client.listConversations(request)
        return {items: conversations.map(conversationFrom), total}
      },
      messages: async (userId, conversationId, {after = 0, limit = 0} = {}) =>
        (await client.listMessages({userId, conversationId, after, limit})).messages.map(saidFrom),
      renameConversation: async (userId, conversationId, title) =>
        void (await client.renameConversation({userId, conversationId, title})),
      resumeConversation: async (userId, conversationId, sessionId) =>
        void (await client.resumeConversation({userId, conversationId, sessionId})),
      removeConversation: async (userId, conversationId) =>
        void (await client.removeConversation({userId, conversationId})),
    },
    documents: {
      async add({name, bytes, owner}, {signal, onProgress} = {}) {
        async function* requests(): AsyncGenerator<AddDocumentRequest> {
          yield AddDocumentRequest.fromPartial({name, ...(owner === undefined ? {} : {owner})})
          for await (const data of inPieces(bytes, pieceBytes))
            yield {name: '', owner: undefined, data: Buffer.from(data)}
        }
        for await (const {done, all, document} of client.addDocument(requests(), signal ? {signal} : {})) {
          if (document) return documentFrom(document)
          onProgress?.(done, all)
        }
        throw new EssenceError('ENGINE_FAILED', `The language model service ended without having read ${name}.`)
      },
      list: async owner => (await client.listDocuments({owner})).documents.map(documentFrom),
      remove: async (id, owner) => void (await client.removeDocument({id, owner})),
      async search(query, {limit = 0, owner, documents = [], signal} = {}) {
        const request = {query, limit, owner, documents: [...documents]}
        return (await client.searchDocuments(request, signal ? {signal} : {})).passages.map(passageFrom)
      },
    },
    reminders: {
      list: async userId => (await client.listReminders({userId})).reminders.map(reminderFrom),
      cancel: async (userId, id) => (await client.cancelReminder({userId, id})).cancelled,
      async *due(channel, caller) {
        const signal = AbortSignal.any([caller, closing])
        yield* dueUntil(signal, channel)
      },
      delivered: async id => void (await client.markDelivered({id})),
    },
  }

  /** Where the service ends or is away it is listened to again: what was not marked as delivered comes again. */
  async function* dueUntil(signal: AbortSignal, channel: string): AsyncGenerator<DueReminder> {
    for (let failures = 0; ; ) {
      try {
        for await (const reminder of client.dueReminders({channel}, {signal})) {
          failures = 0
          yield dueFrom(reminder)
        }
      } catch (error) {
        if (signal.aborted || !mayReturn(error)) throw error
      }
      await setTimeout(backoffMs(++failures, 100, 5000), undefined, {signal})
    }
  }

  return {
    mind,
    forget: async (sessionId, userId = '') => void (await client.forgetSession({sessionId, userId})),
    close,
  }
}

const mayReturn = (error: unknown): boolean =>
  isEssenceError(error) && (error.code === 'REMOTE_UNREACHABLE' || error.code === 'ENGINE_UNAVAILABLE')
