import {defined} from '../kit/defined.ts'
import {EssenceError} from '../kit/errors.ts'
import {KeyedQueue} from '../kit/flow/keyed-queue.ts'
import type {ChatMessage, ChatOptions, LanguageModel} from '../llm/port.ts'
import {type Conversations, openConversations} from './conversation-history.ts'
import type {Assistant, AssistantDelta, AssistantRequest} from './port.ts'
import type {RecentSessionsOptions} from './recent-sessions.ts'
import {untilRepetition} from './repetition.ts'

export interface ChatAssistantOptions extends RecentSessionsOptions {
  /** The system prompt. */
  systemPrompt?: string | undefined
  /** Messages of a session that are remembered, user's and assistant's. Default 20; fewer where they do not fit the context. */
  historyMessages?: number | undefined
  /** What was said to another assistant before, to which this one adds. Default: nothing. */
  conversations?: Conversations | undefined
  /** Tokens of a prompt: system prompt, history and question. Default: all that the model takes. */
  promptTokens?: number | undefined
  /** How the model writes. */
  sampling?: Omit<ChatOptions, 'conversation' | 'signal'> | undefined
}

/** Spoken answers are short, have no markup, and come in the language of the question. */
export const defaultSystemPrompt = [
  'You are June, a friendly voice assistant. Your answers are spoken aloud.',
  'Answer in one to three short sentences, unless you are asked for more.',
  'Write plain sentences only: no markdown, no lists, no headings, no code, no emoji, no links.',
  'Write numbers, units and abbreviations so that they can be read aloud.',
  'Answer in the language the user speaks.',
  'What you hear comes from speech recognition and may contain mistakes: guess what was meant, or ask back briefly.',
  'When you do not know something, say so.',
].join(' ')

/** What every conversation begins with: nothing, where the system prompt is empty. */
export const openingOf = (systemPrompt = defaultSystemPrompt): ChatMessage[] =>
  systemPrompt === '' ? [] : [{role: 'system', content: systemPrompt}]

/** Requests of one session that may wait or run: each answers what was said before it. */
const requestsPerSession = 16

const tooMany = (): EssenceError =>
  new EssenceError('ENGINE_BUSY', `${requestsPerSession} requests of this conversation are waiting already.`, {
    suggestions: ['Wait for the answers.'],
  })

/** A language model with a part to play and a memory of each session, kept in this process. Closing it closes the model. */
export const chatAssistant = (llm: LanguageModel, options: ChatAssistantOptions = {}): Assistant => {
  const {systemPrompt, historyMessages, promptTokens, sampling = {}} = options
  const system = openingOf(systemPrompt)
  const histories = options.conversations ?? openConversations(historyMessages, options)
  // The one budget of a prompt: what else is to go into it, it has to share.
  const budget = Math.min(promptTokens ?? Number.POSITIVE_INFINITY, llm.promptTokens(sampling.maxTokens))
  const line = new KeyedQueue<string>({maxWaiting: requestsPerSession - 1, refusal: tooMany})

  async function* reply({session, text, signal, sampling: own = {}}: AssistantRequest): AsyncGenerator<AssistantDelta> {
    const leave = await line.acquire(session, signal)
    try {
      // The object, not the key: an exchange of a session that is forgotten meanwhile is forgotten with it.
      const history = histories.open(session)
      const promptOf = (said: ChatMessage[]): ChatMessage[] => [...system, ...said, {role: 'user', content: text}]
      const said = await history.fitted(async before => (await llm.countTokens(promptOf(before))) <= budget)
      let answer = ''
      const written = llm.chat(promptOf(said), {...sampling, ...defined(own), conversation: session, signal})
      for await (const delta of untilRepetition(written)) {
        if (delta.kind === 'answer') answer += delta.text
        yield delta
      }
      // A model that only thought has said nothing worth remembering.
      if (answer.trim() !== '') history.add({user: text, assistant: answer.trim()})
    } finally {
      leave()
    }
  }

  return {
    info: llm.info,
    reply,
    forget: async session => histories.forget(session),
    close: () => llm.close(),
  }
}
