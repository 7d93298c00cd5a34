import type {ChatMessage, LanguageModel, ToolDefinition} from '@essence/core/llm/port'
import {joinedOpening} from '../openai/asked.ts'
import {type Item, type Items, textOf} from './items/items.ts'

/** A person who waits for June to begin, or to go on: in no language. */
const silence = '…'

/**
 * The conversation as the bare model reads it.
 * @param options.heard of an answer that has just ended, and whose item does not say so yet
 * @param options.said what the person has just said: what was spoken since the last answer is that, or part of it
 */
export const messagesOf = (
  items: readonly Item[],
  options: {
    instructions: string
    heard?: string | undefined
    said?: string | undefined
    current?: ReadonlySet<Item> | undefined
  },
): ChatMessage[] => {
  const {instructions, heard, said = '', current} = options
  const names = new Map<string, string>()
  const messages: ChatMessage[] = instructions.trim() === '' ? [] : [{role: 'system', content: instructions}]
  for (const item of items) {
    if (current?.has(item)) continue
    if (item.type === 'function_call') {
      const {call_id: id, name} = item
      names.set(id, name)
      messages.push({role: 'assistant', content: '', toolCalls: [{id, name, arguments: item.arguments}]})
    } else if (item.type === 'function_call_output') {
      const {call_id: id, output} = item
      messages.push({role: 'tool', content: output, toolCallId: id, name: names.get(id)})
    } else if (!item.isWithdrawn) {
      const isSpeaking = item.role === 'assistant' && item.status === 'in_progress'
      const content = isSpeaking ? (heard ?? textOf(item)) : textOf(item)
      if (content.trim() !== '') messages.push({role: item.role, content})
    }
  }
  if (said !== '') messages.push({role: 'user', content: said})
  // Templates want somebody to have asked, and engines refuse who says nothing.
  const last = messages.at(-1)?.role
  if (last !== 'user' && last !== 'tool') messages.push({role: 'user', content: silence})
  return joinedOpening(merged(messages))
}

/** Of what the person has just said, items that are there already. */
export const spokenNow = (items: Items): ReadonlySet<Item> =>
  new Set(items.unanswered.filter(item => item.type === 'message' && item.content[0]?.type === 'input_audio'))

/** Templates want roles to take turns: what one of them says in a row is one message. */
const merged = (messages: readonly ChatMessage[]): ChatMessage[] => {
  const whole: ChatMessage[] = []
  for (const message of messages) {
    const last = whole.at(-1)
    const isSame = last?.role === message.role && (message.role === 'user' || message.role === 'assistant')
    if (!last || !isSame) {
      whole.push({...message})
      continue
    }
    last.content = [last.content, message.content].filter(text => text !== '').join('\n')
    if (message.toolCalls) last.toolCalls = [...(last.toolCalls ?? []), ...message.toolCalls]
  }
  return whole
}

/** As many of the latest messages as fit, with what the conversation began with. */
export const fitting = async (
  messages: ChatMessage[],
  model: LanguageModel,
  {tools, maxTokens}: {tools?: readonly ToolDefinition[] | undefined; maxTokens?: number | undefined},
): Promise<ChatMessage[]> => {
  const room = model.promptTokens(maxTokens)
  const opening = messages[0]?.role === 'system' ? messages.slice(0, 1) : []
  let rest = messages.slice(opening.length)
  while (rest.length > 1 && (await model.countTokens([...opening, ...rest], tools)) > room) {
    const half = rest.slice(Math.ceil(rest.length / 4))
    // An answer without its question, or a result without its call, says nothing.
    const from = half.findIndex(({role}) => role === 'user')
    rest = from < 0 ? rest.slice(-1) : half.slice(from)
  }
  return [...opening, ...rest]
}
