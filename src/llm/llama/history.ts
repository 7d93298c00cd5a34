import type {ChatHistoryItem, ChatModelFunctionCall, ChatModelResponse} from 'node-llama-cpp'
import type {ChatMessage, ToolCall} from '../port.ts'

/** How the model itself wrote a call, where this process had it written: rendered so again, its tokens are those of the sequence. */
export type WrittenCall = Pick<ChatModelFunctionCall, 'params' | 'rawCall'>

/** Calls kept to be rendered as they were written; older ones are rendered from their arguments. */
const maxWrittenCalls = 1000

export class WrittenCalls {
  readonly #calls = new Map<string, WrittenCall & {arguments: string}>()

  add({id, arguments: text}: ToolCall, written: WrittenCall): void {
    this.#calls.set(id, {...written, arguments: text})
    const [oldest] = this.#calls.keys()
    if (this.#calls.size > maxWrittenCalls && oldest !== undefined) this.#calls.delete(oldest)
  }

  /** What was written for a call, if it is still the same one. */
  of({id, arguments: text}: ToolCall): WrittenCall | undefined {
    const written = this.#calls.get(id)
    return written?.arguments === text ? written : undefined
  }
}

/**
 * Messages as the library has them: an answer, its calls, their results and what was said upon them are one item.
 * @param plain makes sure that templates take no text of a call for one of their marks
 */
export const historyOf = (
  messages: readonly ChatMessage[],
  written: WrittenCalls,
  plain: (text: string) => string,
): ChatHistoryItem[] => {
  const history: ChatHistoryItem[] = []
  messages.forEach((message, index) => {
    const {role, content} = message
    if (role === 'system' || role === 'user') history.push({type: role, text: content})
    if (role !== 'assistant') return
    const calls = message.toolCalls ?? []
    const response: ChatModelResponse['response'] = content === '' && calls.length > 0 ? [] : [content]
    calls.forEach((call, position) => {
      const own = written.of(call) ?? {params: mapTexts(argumentsOf(call), plain)}
      const result = resultOf(messages.slice(index + 1), call.id)
      response.push({type: 'functionCall', name: call.name, ...own, result, startsNewChunk: position === 0})
    })
    const last = history.at(-1)
    if (last?.type === 'model') last.response.push(...response)
    else history.push({type: 'model', response})
  })
  return history
}

const resultOf = (later: readonly ChatMessage[], id: string): string =>
  later.find(({role, toolCallId}) => role === 'tool' && toolCallId === id)?.content ?? ''

/** Other models' arguments may be no JSON. */
const argumentsOf = (call: ToolCall): unknown => {
  try {
    return JSON.parse(call.arguments)
  } catch {
    return call.arguments
  }
}

/** A JSON value with every text of it changed, names of properties too. */
export const mapTexts = (value: unknown, change: (text: string) => string): unknown => {
  if (typeof value === 'string') return change(value)
  if (Array.isArray(value)) return value.map(each => mapTexts(each, change))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [change(name), mapTexts(each, change)]))
}
