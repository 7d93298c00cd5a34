import type {AssistantDelta, AssistantRequest, Mind} from '@essence/core/assistant/port'
import type {DocumentInfo} from '@essence/core/documents/port'
import {EssenceError} from '@essence/core/kit/errors'
import {Channel} from '@essence/core/kit/flow/channel'
import type {Fact} from '@essence/core/memory/port'
import type {DueReminder, Reminder} from '@essence/core/tools/port'

/** A question that waits for a yes or no. */
export interface Asked {
  id: string
  question: string
  expiresAt: Date
}

export interface MindScript {
  /** What is known of each person. */
  facts?: Record<string, Fact[]>
  /** Reminders that are due from the beginning. */
  due?: DueReminder[]
  /** Reminders to come. */
  pending?: Reminder[]
  /** Reads a document; without it, none is read. What it throws is why it cannot. */
  read?: (name: string, bytes: Uint8Array, signal: AbortSignal | undefined) => Promise<void> | void
  /** Awaited before a reminder is noted as delivered; what it throws is how that fails. */
  beforeDelivered?: (id: string) => Promise<void> | void
}

/** Makes a fact of a text. */
export const factOf = (id: string, text: string): Fact => ({
  id,
  text,
  provenance: 'said',
  importance: 0.5,
  validFrom: new Date('2026-05-01T10:00:00Z'),
})

/** What June knows and does, in the memory of the test, as the ports ask; `trace` is for the test to look at. */
export const scriptedMind = ({facts = {}, due = [], pending = [], read, beforeDelivered}: MindScript = {}) => {
  const documents: DocumentInfo[] = []
  const trace = {delivered: [] as string[], watches: 0, erased: [] as string[]}
  const waiting = new Set(due)
  const watches = new Set<{channel: string; queue: Channel<DueReminder>}>()
  const own = (speaker: string, id: string): Fact => {
    const found = facts[speaker]?.find(fact => fact.id === id)
    if (!found) throw new EssenceError('FACT_UNKNOWN', `There is no fact ${id}.`)
    return found
  }

  const unknown = (id: string) => new EssenceError('CONVERSATION_UNKNOWN', `There is no conversation ${id}.`)

  const mind: Mind = {
    tools: [],
    memory: {
      facts: async speaker => [...(facts[speaker] ?? [])],
      async correct(speaker, id, text) {
        const corrected = {...own(speaker, id), id: `${id}-2`, text}
        facts[speaker] = (facts[speaker] ?? []).map(fact => (fact.id === id ? corrected : fact))
        return corrected
      },
      async erase(speaker, id) {
        own(speaker, id)
        facts[speaker] = (facts[speaker] ?? []).filter(fact => fact.id !== id)
      },
      async eraseAll(speaker) {
        trace.erased.push(speaker)
        delete facts[speaker]
      },
      conversations: async () => ({items: [], total: 0}),
      messages: (_, id) => Promise.reject(unknown(id)),
      renameConversation: (_, id) => Promise.reject(unknown(id)),
      resumeConversation: (_, id) => Promise.reject(unknown(id)),
      removeConversation: (_, id) => Promise.reject(unknown(id)),
    },
    documents: {
      async add({name, bytes, owner}, {signal} = {}) {
        if (!read) throw new Error('not scripted')
        await read(name, bytes, signal)
        const addedAt = new Date('2026-05-01T10:00:00Z')
        const id = `d${documents.length + 1}`
        const info: DocumentInfo = {
          ...{id, name, kind: 'text', bytes: bytes.length, chunks: 1, addedAt, owner, state: 'ready'},
        }
        documents.push(info)
        return info
      },
      list: async owner => documents.filter(each => each.owner === undefined || each.owner === owner),
      async remove(id, owner) {
        const at = documents.findIndex(each => each.id === id && (owner === undefined || each.owner === owner))
        if (at < 0) throw new EssenceError('DOCUMENT_UNKNOWN', `There is no document ${id}.`)
        documents.splice(at, 1)
      },
      search: async () => [],
    },
    reminders: {
      list: async speaker => pending.filter(each => each.speaker === speaker),
      async cancel(speaker, id) {
        const at = pending.findIndex(each => each.speaker === speaker && each.id === id)
        if (at >= 0) pending.splice(at, 1)
        return at >= 0
      },
      async *due(channel, signal) {
        trace.watches++
        const watch = {channel, queue: new Channel<DueReminder>(Number.POSITIVE_INFINITY)}
        watches.add(watch)
        const stop = (): void => watch.queue.end()
        signal.addEventListener('abort', stop)
        for (const reminder of waiting) if (reminder.channel === channel) void watch.queue.push(reminder)
        try {
          yield* watch.queue
        } finally {
          watches.delete(watch)
          signal.removeEventListener('abort', stop)
        }
      },
      async delivered(id) {
        await beforeDelivered?.(id)
        trace.delivered.push(id)
        for (const reminder of waiting) if (reminder.id === id) waiting.delete(reminder)
      },
    },
  }
  return {
    mind,
    trace,
    facts,
    pending,
    documents,
    /** A reminder becomes due. */
    remind: (reminder: DueReminder): void => {
      waiting.add(reminder)
      for (const {channel, queue} of watches) if (channel === reminder.channel) void queue.push(reminder)
    },
    /** The service that keeps reminders goes away; it can be watched again. */
    breakWatches: (error: unknown): void => {
      for (const {queue} of watches) queue.fail(error)
    },
  }
}

/**
 * Answers as an assistant that asks before it does something: everything but a decision is answered by the question; a decision,
 * once, by what became of it.
 */
export const askingFirst = (asked: Asked, now: () => number = Date.now) => {
  const done: boolean[] = []
  const answer = ({decision}: AssistantRequest): (string | AssistantDelta)[] => {
    if (!decision) return [asked.question, {kind: 'answer', text: '', confirmation: asked}]
    if (decision.confirmation !== asked.id || done.length > 0) return ['That was answered already.']
    if (now() >= asked.expiresAt.getTime()) return ['That question has expired.']
    done.push(decision.accepted)
    return [decision.accepted ? 'It is done.' : 'Then I leave it.']
  }
  return {answer, done}
}
