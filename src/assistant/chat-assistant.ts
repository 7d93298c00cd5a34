import type {Documents} from '../documents/port.ts'
import {defined} from '../kit/defined.ts'
import type {ChatMessage, ChatOptions, LanguageModel} from '../llm/port.ts'
import type {OpenConversation} from '../memory/port.ts'
import {outcomeIn} from './agreement.ts'
import {type ListenerOptions, listener, type Thinker, type Thought} from './listener.ts'
import type {Assistant, AssistantDelta, AssistantRequest} from './port.ts'
import {RecentSessions} from './recent-sessions.ts'
import {untilSettled} from './settled.ts'
import {distinct, sourcesOf} from './sources.ts'
import {contextOf} from './tool-context.ts'
import {type Answered, answerInRounds} from './tool-rounds.ts'
import {notesFor} from './turn-notes.ts'
import {wordDeltas} from './word-deltas.ts'

export interface ChatAssistantOptions extends ListenerOptions {
  /** The system prompt. */
  systemPrompt?: string | undefined
  /** Tokens of a prompt: system prompt, history and question. Default: all that the model takes. */
  promptTokens?: number | undefined
  /** How the model writes. */
  sampling?: Omit<ChatOptions, 'conversation' | 'signal' | 'tools'> | undefined
  /** Looked at before each answer: where the model calls no tools, and where a request names some. */
  documents?: Pick<Documents, 'search'> | undefined
  /** How often tools may be called before the model has to answer. Default 6. */
  toolRounds?: number | undefined
  /** Default: closes the model. */
  close?: (() => Promise<void>) | undefined
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

/** A language model with a part to play, that remembers, looks things up and acts. */
export const chatAssistant = (llm: LanguageModel, options: ChatAssistantOptions = {}): Assistant =>
  listener(modelThinker(llm, options), options)

const modelThinker = (llm: LanguageModel, options: ChatAssistantOptions): Thinker => {
  const {systemPrompt, promptTokens, sampling = {}, memory, documents, toolbox, toolRounds = 6} = options
  const system = openingOf(systemPrompt)
  const definitions = llm.callsTools === false ? [] : (toolbox?.definitions ?? [])
  /** Questions as they stood in their prompts, notes included: the same prompt again begins with what is computed already. */
  const asAsked = new RecentSessions<Map<string, string>>(() => new Map(), options)
  // The one budget of a prompt: what else is to go into it, it has to share.
  const budget = Math.min(promptTokens ?? Number.POSITIVE_INFINITY, llm.promptTokens(sampling.maxTokens))

  /** What was said that fits beside the question. */
  const promptFor = async (
    request: AssistantRequest,
    history: OpenConversation,
    {key, among}: {key: string; among: string},
  ): Promise<Prompt> => {
    const looksUp = request.documents?.length || definitions.length === 0
    const notes = await notesFor(request, {among, memory, documents: looksUp ? documents : undefined})
    const earlier = history.summary ? `Earlier in this conversation: ${history.summary}` : ''
    const aside = [earlier, notes.text].filter(Boolean).join('\n\n')
    const asked = asAsked.open(key)
    const bare: ChatMessage = {role: 'user', content: request.text}
    const question: ChatMessage = aside === '' ? bare : {role: 'user', content: `[${aside}]\n\n${request.text}`}
    const messagesOf = (said: ChatMessage[], last: ChatMessage): ChatMessage[] => [
      ...system,
      ...said.map(message =>
        message.role === 'user' ? {...message, content: asked.get(message.content) ?? message.content} : message,
      ),
      last,
    ]
    const fitsBeside = (last: ChatMessage) => async (said: ChatMessage[]) =>
      (await llm.countTokens(messagesOf(said, last), definitions)) <= budget
    const said = await history.fitted(fitsBeside(question))
    // Notes are worth less than the question: where they leave no room for it, they go.
    const last = said.length > 0 || aside === '' || (await fitsBeside(question)([])) ? question : bare
    return {messages: messagesOf(said, last), question: last.content, passages: notes.passages}
  }

  async function* think(
    request: AssistantRequest,
    history: OpenConversation,
    {done, key, among}: {done: ChatMessage[]; key: string; among: string},
  ): AsyncGenerator<AssistantDelta, Thought> {
    if (done.length > 0 && definitions.length === 0) {
      // A model that has not learnt to call tools would make something up about what one did.
      const assistant = outcomeIn(request.language, !done.at(-1)?.content.startsWith('Error: '))
      yield* wordDeltas(assistant, request.signal)
      return {exchange: {user: request.text, assistant}}
    }
    const {messages, question, passages} = await promptFor(request, history, {key, among})
    const answered = yield* answerInRounds(messages, {
      llm,
      done,
      promptTokens: budget,
      toolbox: definitions.length > 0 && request.tools !== false ? toolbox : undefined,
      maxRounds: toolRounds,
      options: {
        ...sampling,
        ...defined(request.sampling ?? {}),
        // Who listens waits for the first word.
        thoughtTokens: sampling.thoughtTokens ?? (request.written ? undefined : 0),
        conversation: key,
        signal: request.signal,
      },
      context: contextOf(request),
      settled: () => untilSettled(request),
    })
    const last = lastDelta(answered, passages)
    // A model that only thought has said nothing worth remembering.
    if (answered.text.trim() === '') return {exchange: undefined, last}
    noteAsked(asAsked.open(key), request.text, question)
    const {text, between} = answered
    return {exchange: {user: request.text, assistant: text.trim(), between}, last}
  }

  return {
    info: llm.info,
    think,
    forget: key => asAsked.forget(key),
    forgetThose: which => asAsked.forgetThose(which),
    close: options.close ?? (() => llm.close()),
  }
}

/** Questions of a session whose prompts are kept; older ones have left the window. */
const maxAsked = 200

const noteAsked = (asked: Map<string, string>, text: string, question: string): void => {
  asked.delete(text)
  asked.set(text, question)
  const [oldest] = asked.keys()
  if (asked.size > maxAsked && oldest !== undefined) asked.delete(oldest)
}

interface Prompt {
  messages: ChatMessage[]
  /** The last message, as the model reads it. */
  question: string
  passages: Awaited<ReturnType<typeof notesFor>>['passages']
}

const lastDelta = (answered: Answered, passages: Prompt['passages']): AssistantDelta => {
  const {finishReason, confirmation, model} = answered
  const found = distinct([...answered.sources, ...sourcesOf(answered.text, passages)])
  const sources = found.length > 0 ? found : undefined
  return {kind: 'answer', text: '', ...defined({finishReason, confirmation, sources, model})}
}
