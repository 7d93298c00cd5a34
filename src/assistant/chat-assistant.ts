import type {Documents} from '../documents/port.ts'
import {defined} from '../kit/defined.ts'
import {EssenceError} from '../kit/errors.ts'
import {KeyedQueue} from '../kit/flow/keyed-queue.ts'
import type {ChatMessage, ChatOptions, LanguageModel} from '../llm/port.ts'
import type {Memory, OpenConversation} from '../memory/port.ts'
import type {Toolbox, ToolContext} from '../tools/port.ts'
import {agreementIn, refusalIn} from './agreement.ts'
import {type Conversations, openConversations} from './conversation-history.ts'
import {openHistories} from './histories.ts'
import type {Assistant, AssistantDelta, AssistantRequest} from './port.ts'
import {RecentSessions, type RecentSessionsOptions} from './recent-sessions.ts'
import {distinct, sourcesOf} from './sources.ts'
import {type Answered, answerInRounds, resultMessage} from './tool-rounds.ts'
import {notesFor} from './turn-notes.ts'
import {wordDeltas} from './word-deltas.ts'

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
  sampling?: Omit<ChatOptions, 'conversation' | 'signal' | 'tools'> | undefined
  /** What outlives the process. Default: conversations are kept in it. */
  memory?: Memory | undefined
  /** Looked at before each answer: where the model calls no tools, and where a request names some. */
  documents?: Pick<Documents, 'search'> | undefined
  /** What the model may call. */
  toolbox?: Toolbox | undefined
  /** How often it may do so before it has to answer. Default 6. */
  toolRounds?: number | undefined
  /** What the door does not have to know of: told as `lacks`. */
  lacks?: readonly string[] | undefined
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

/** A language model with a part to play, that remembers, looks things up and acts. Closing it closes the model. */
export const chatAssistant = (llm: LanguageModel, options: ChatAssistantOptions = {}): Assistant => {
  const {
    systemPrompt,
    historyMessages,
    promptTokens,
    sampling = {},
    memory,
    documents,
    toolbox,
    toolRounds = 6,
  } = options
  const system = openingOf(systemPrompt)
  const local = options.conversations ?? openConversations(historyMessages, options)
  const histories = openHistories(local, memory)
  /** Questions as they stood in their prompts, notes included: the same prompt again begins with what is computed already. */
  const asAsked = new RecentSessions<Map<string, string>>(() => new Map(), options)
  // The one budget of a prompt: what else is to go into it, it has to share.
  const budget = Math.min(promptTokens ?? Number.POSITIVE_INFINITY, llm.promptTokens(sampling.maxTokens))
  const line = new KeyedQueue<string>({maxWaiting: requestsPerSession - 1, refusal: tooMany})
  const keyOf = ({speaker, session}: Pick<AssistantRequest, 'speaker' | 'session'>): string =>
    memory ? JSON.stringify([speaker, session]) : session

  /** What was said that fits beside the question. */
  const promptFor = async (request: AssistantRequest, history: OpenConversation): Promise<Prompt> => {
    const looksUp = request.documents?.length || !toolbox || llm.callsTools === false
    const notes = await notesFor(request, {memory, documents: looksUp ? documents : undefined})
    const earlier = history.summary ? `Earlier in this conversation: ${history.summary}` : ''
    const aside = [earlier, notes.text].filter(Boolean).join('\n\n')
    const asked = asAsked.open(keyOf(request))
    const question: ChatMessage = {role: 'user', content: aside === '' ? request.text : `[${aside}]\n\n${request.text}`}
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
    const bare: ChatMessage = {role: 'user', content: request.text}
    const last = said.length > 0 || aside === '' || (await fitsBeside(question)([])) ? question : bare
    return {messages: messagesOf(said, last), question: last.content, passages: notes.passages}
  }
  const definitions = llm.callsTools === false ? [] : (toolbox?.definitions ?? [])

  async function* reply(request: AssistantRequest): AsyncGenerator<AssistantDelta> {
    const leave = await line.acquire(keyOf(request), request.signal)
    try {
      const history = await histories.open(request)
      const decision = toolbox && (await decisionOf(request, toolbox))
      if (decision && !decision.accepted) {
        await toolbox.decide(decision.id, false, contextOf(request))
        yield* finish(wordDeltas(refusalIn(request.language), request.signal), request, history)
        return
      }
      const {messages, question, passages} = await promptFor(request, history)
      const rounds = {
        llm,
        toolbox: definitions.length > 0 && request.tools !== false ? toolbox : undefined,
        maxRounds: toolRounds,
        options: {
          ...sampling,
          ...defined(request.sampling ?? {}),
          // Who listens waits for the first word.
          thoughtTokens: sampling.thoughtTokens ?? (request.written ? undefined : 0),
          conversation: keyOf(request),
          signal: request.signal,
        },
        context: contextOf(request),
      }
      const done = decision && toolbox ? await carryOut(decision, toolbox, request) : []
      const answered = yield* answerInRounds([...messages, ...done], rounds)
      answered.between.unshift(...done)
      // A model that only thought has said nothing worth remembering.
      if (answered.text.trim() !== '') {
        await history.add({user: request.text, assistant: answered.text.trim(), between: answered.between})
        asAsked.open(keyOf(request)).set(request.text, question)
      }
      yield* lastDelta(answered, passages)
    } finally {
      leave()
    }
  }

  async function* finish(
    deltas: AsyncIterable<AssistantDelta>,
    request: AssistantRequest,
    history: OpenConversation,
  ): AsyncGenerator<AssistantDelta> {
    let assistant = ''
    for await (const delta of deltas) {
      assistant += delta.text
      yield delta
    }
    await history.add({user: request.text, assistant: assistant.trim()})
  }

  return {
    info: llm.info,
    get lacks() {
      return [...(options.lacks ?? []), ...(toolbox?.lacks ?? []), ...(histories.lack ? [histories.lack] : [])]
    },
    reply,
    async forget(session, speaker = session) {
      asAsked.forget(keyOf({speaker, session}))
      await histories.forget({speaker, session})
    },
    close: () => llm.close(),
  }
}

interface Prompt {
  messages: ChatMessage[]
  /** The last message, as the model reads it. */
  question: string
  passages: Awaited<ReturnType<typeof notesFor>>['passages']
}

interface Decision {
  id: string
  accepted: boolean
}

/** What a person decides with this: by a button, or by a plain yes or no to what they were asked. */
const decisionOf = async (request: AssistantRequest, toolbox: Toolbox): Promise<Decision | undefined> => {
  const {decision, text, language} = request
  if (decision) return {id: decision.confirmation, accepted: decision.accepted}
  const agreement = agreementIn(text, language)
  if (!agreement) return undefined
  const pending = await toolbox.pending(request)
  return pending && {id: pending.id, accepted: agreement === 'yes'}
}

/** Does what was confirmed; the call and what came of it, for the model to tell. */
const carryOut = async ({id}: Decision, toolbox: Toolbox, request: AssistantRequest): Promise<ChatMessage[]> => {
  const pending = await toolbox.pending(request)
  const outcome = await toolbox.decide(id, true, contextOf(request))
  if (outcome.kind === 'confirm') return []
  const call = {id: `confirmed-${id}`, name: pending?.tool ?? 'confirmed', arguments: pending?.arguments ?? '{}'}
  return [{role: 'assistant', content: '', toolCalls: [call]}, resultMessage(call, outcome)]
}

const contextOf = ({
  speaker,
  session,
  channel = 'unknown',
  language,
  documents,
  text,
  signal,
}: AssistantRequest): ToolContext => ({
  speaker,
  session,
  channel,
  language,
  documents,
  said: text,
  signal,
})

function* lastDelta(answered: Answered, passages: Prompt['passages']): Generator<AssistantDelta> {
  const {finishReason, confirmation, model} = answered
  const sources = distinct([...answered.sources, ...sourcesOf(answered.text, passages)])
  if (finishReason || confirmation || model || sources.length > 0) {
    const own = sources.length > 0 ? sources : undefined
    yield {kind: 'answer', text: '', finishReason, model, confirmation, sources: own}
  }
}
