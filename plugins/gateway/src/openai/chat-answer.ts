import {randomUUID} from 'node:crypto'
import type {ChatDelta, ChatFinish, TokenUsage, ToolCall} from '@essence/core/llm/port'
import type {Begun} from './answer.ts'
import type {ChatRequest} from './chat-request.ts'

const finishes: Record<ChatFinish, string> = {stop: 'stop', length: 'length', toolCalls: 'tool_calls'}

const head = (object: string, model: string) => ({
  id: `chatcmpl-${randomUUID().replaceAll('-', '')}`,
  ...{object, created: Math.floor(Date.now() / 1000), model},
})

const callBody = ({id, name, arguments: text}: ToolCall) => ({
  ...{id, type: 'function'},
  function: {name, arguments: text},
})

/** @param reasoning tokens of thoughts, of those written */
const usageBody = ({promptTokens, completionTokens, cachedTokens}: TokenUsage, reasoning: number) => ({
  prompt_tokens: promptTokens,
  completion_tokens: completionTokens,
  total_tokens: promptTokens + completionTokens,
  prompt_tokens_details: {cached_tokens: cachedTokens},
  completion_tokens_details: {reasoning_tokens: Math.min(reasoning, completionTokens)},
})

/** The whole answer, as one document. @throws what the model throws */
export const completion = async (asked: ChatRequest, {deltas, thoughtTokens}: Begun) => {
  const text = {answer: '', thought: ''}
  const calls: ToolCall[] = []
  let end: Extract<ChatDelta, {kind: 'end'}> | undefined
  for await (const delta of deltas) {
    if (delta.kind === 'end') end = delta
    else if (delta.kind === 'toolCall') calls.push(delta.call)
    else text[delta.kind] += delta.text
  }
  const message = {
    role: 'assistant',
    content: text.answer === '' && calls.length > 0 ? null : text.answer,
    refusal: null,
    ...(text.thought !== '' && {reasoning_content: text.thought}),
    ...(calls.length > 0 && {tool_calls: calls.map(callBody)}),
  }
  return {
    ...head('chat.completion', asked.model),
    choices: [{index: 0, message, logprobs: null, finish_reason: finishes[end?.finish ?? 'stop']}],
    usage: end && usageBody(end.usage, await thoughtTokens(text.thought)),
  }
}

/** The answer in chunks, as the model writes it. @throws what the model throws */
export async function* completionChunks(asked: ChatRequest, {deltas, thoughtTokens}: Begun): AsyncGenerator<object> {
  const withUsage = asked.stream_options?.include_usage === true
  const common = {...head('chat.completion.chunk', asked.model), ...(withUsage && {usage: null})}
  const chunk = (delta: object, finish: string | null = null) => ({
    ...common,
    choices: [{index: 0, delta, logprobs: null, finish_reason: finish}],
  })
  let calls = 0
  let thought = ''
  yield chunk({role: 'assistant', content: '', refusal: null})
  for await (const delta of deltas) {
    if (delta.kind === 'answer') yield chunk({content: delta.text})
    if (delta.kind === 'toolCall') yield chunk({tool_calls: [{index: calls++, ...callBody(delta.call)}]})
    if (delta.kind === 'thought') {
      if (withUsage) thought += delta.text
      yield chunk({reasoning_content: delta.text})
    }
    if (delta.kind !== 'end') continue
    yield chunk({}, finishes[delta.finish])
    if (withUsage) yield {...common, choices: [], usage: usageBody(delta.usage, await thoughtTokens(thought))}
  }
}
