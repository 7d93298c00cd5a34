import type {ChatDelta, ChatMessage, ChatOptions, LanguageModel, TokenUsage, ToolCall} from '../llm/port.ts'
import type {Confirmation, Source, Toolbox, ToolContext, ToolOutcome} from '../tools/port.ts'
import type {AssistantDelta, FinishReason} from './port.ts'
import {untilRepetition} from './repetition.ts'

/** Calls of one message that are made; more than a person could mean. */
const maxCalls = 8

export interface Rounds {
  llm: LanguageModel
  toolbox?: Toolbox | undefined
  /** How often tools may be called before the model has to answer. */
  maxRounds: number
  /** Tokens of a prompt: what tools found is shortened to fit. */
  promptTokens: number
  /** What was called for it already. */
  done?: readonly ChatMessage[] | undefined
  options: Omit<ChatOptions, 'tools'>
  context: ToolContext
  /** Resolves once tools may act. */
  settled: () => Promise<void>
}

/** What came of an answer, beside its text. */
export interface Answered {
  text: string
  /** Calls and results, in their order, as the next prompt is to have them. */
  between: ChatMessage[]
  sources: Source[]
  confirmation?: Confirmation | undefined
  finishReason?: FinishReason | undefined
  /** Why the model stopped, and what all rounds took together. */
  model?: AssistantDelta['model']
}

/**
 * Has the model answer, and call tools until it does: what they find goes back to it. A call that has to be asked about ends the answer
 * with the question. Deltas are passed on as they come; the result is the whole.
 * @throws what the model throws
 */
export async function* answerInRounds(
  prompt: readonly ChatMessage[],
  {llm, toolbox, maxRounds, promptTokens, done = [], options, context, settled}: Rounds,
): AsyncGenerator<AssistantDelta, Answered> {
  const answered: Answered = {text: '', between: [...done], sources: []}
  const definitions = toolbox?.definitions ?? []
  for (let round = 0; ; round++) {
    const tools = definitions.length > 0 && round < maxRounds ? definitions : undefined
    const calls: ToolCall[] = []
    let text = ''
    await shortenToFit(
      answered.between,
      async () => (await llm.countTokens([...prompt, ...answered.between], tools)) <= promptTokens,
    )
    const written = llm.chat([...prompt, ...answered.between], {...options, tools})
    const noted = noting(written, {
      toolCall: ({call}) => calls.push(call),
      end: ({finish, usage}) => {
        answered.model = {finish, usage: sum(answered.model?.usage, usage)}
      },
    })
    for await (const delta of untilRepetition(noted)) {
      if (delta.finishReason) {
        answered.finishReason = delta.finishReason
        break
      }
      if (delta.kind === 'answer') text += delta.text
      yield delta
    }
    answered.text = joined(answered.text, text)
    if (calls.length === 0 || !toolbox || !tools || answered.finishReason) return answered
    // What it said before it called is followed by what it says after.
    if (text !== '' && !/\s$/.test(text)) yield {kind: 'answer', text: ' '}
    const before = answered.between.length
    const made = calls.slice(0, maxCalls)
    answered.between.push({role: 'assistant', content: text.trim(), toolCalls: made})
    await settled()
    for (const call of made) {
      const outcome = await toolbox.call(call, context)
      if (outcome.kind === 'confirm') {
        // A call without its result is in no prompt: the question is what is remembered.
        answered.between.length = before
        answered.confirmation = outcome.confirmation
        answered.text = joined(answered.text, outcome.confirmation.question)
        yield {kind: 'answer', text: outcome.confirmation.question}
        return answered
      }
      if (outcome.kind === 'result') answered.sources.push(...(outcome.sources ?? []))
      answered.between.push(resultMessage(call, outcome))
    }
  }
}

/** What a call found, or why it found nothing, for the model. */
export const resultMessage = (
  {id, name}: Pick<ToolCall, 'id' | 'name'>,
  outcome: Exclude<ToolOutcome, {kind: 'confirm'}>,
): ChatMessage => ({
  role: 'tool',
  content: outcome.kind === 'error' ? `Error: ${outcome.text}` : outcome.text,
  toolCallId: id,
  name,
})

/** Characters of a result that are kept in any case. */
const minResultLength = 200
const shortenedMark = '… [shortened]'

/** Halves the longest result until all fits, or until there is none worth it: half of what was found is better than no answer. */
const shortenToFit = async (messages: ChatMessage[], fits: () => Promise<boolean>): Promise<void> => {
  while (messages.some(({role, content}) => role === 'tool' && content.length > minResultLength) && !(await fits())) {
    const results = messages.filter(({role}) => role === 'tool')
    const longest = results.reduce((most, one) => (one.content.length > most.content.length ? one : most))
    const kept = longest.content.replace(shortenedMark, '')
    const shorter = kept.slice(0, Math.floor(kept.length / 2) - shortenedMark.length).toWellFormed() + shortenedMark
    messages[messages.indexOf(longest)] = {...longest, content: shorter}
  }
}

const joined = (before: string, after: string): string =>
  before.trim() === '' ? after : after.trim() === '' ? before : `${before.trimEnd()} ${after.trimStart()}`

type Notes = {[K in 'toolCall' | 'end']: (delta: Extract<ChatDelta, {kind: K}>) => void}

async function* noting(deltas: AsyncIterable<ChatDelta>, notes: Notes): AsyncGenerator<ChatDelta> {
  for await (const delta of deltas) {
    if (delta.kind === 'toolCall') notes.toolCall(delta)
    if (delta.kind === 'end') notes.end(delta)
    yield delta
  }
}

/** What two rounds took together; the speed is that of the tokens of both. */
const sum = (before: TokenUsage | undefined, last: TokenUsage): TokenUsage => {
  if (!before) return last
  const seconds = [before, last].map(({completionTokens, tokensPerSecond}) =>
    tokensPerSecond > 0 ? completionTokens / tokensPerSecond : 0,
  )
  const completionTokens = before.completionTokens + last.completionTokens
  const took = seconds.reduce((total, one) => total + one, 0)
  return {
    promptTokens: before.promptTokens + last.promptTokens,
    completionTokens,
    cachedTokens: before.cachedTokens + last.cachedTokens,
    tokensPerSecond: took > 0 ? completionTokens / took : 0,
  }
}
