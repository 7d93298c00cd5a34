import type {AssistantDelta, AssistantRequest, Mind} from '@essence/core/assistant/port'
import {EssenceError} from '@essence/core/kit/errors'
import {Channel} from '@essence/core/kit/flow/channel'
import type {Fact} from '@essence/core/memory/port'
import type {DueReminder} from '@essence/core/tools/port'

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
export const scriptedMind = ({facts = {}, due = [], beforeDelivered}: MindScript = {}) => {
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
      removeConversation: (_, id) => Promise.reject(unknown(id)),
    },
    documents: {
      add: () => Promise.reject(new Error('not scripted')),
      list: async () => [],
      remove: async () => {},
      search: async () => [],
    },
    reminders: {
      list: async () => [],
      cancel: async () => false,
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
