import type {ChatMessage, ChatOptions, ToolCall} from '@essence/core/llm/port'
import {z} from 'zod'
import {refusal} from './errors.ts'
import * as given from './parameters.ts'

const part = z.discriminatedUnion(
  'type',
  [
    z.object({type: z.enum(['input_text', 'output_text', 'text']), text: z.string()}),
    z.object({type: z.literal('refusal'), refusal: z.string()}),
  ],
  'only text is read (input_text, output_text): no pictures, sounds or files',
)

const content = z.union([z.string(), z.array(part)])
const state = {id: z.string().nullish(), status: z.string().nullish()}

const item = z.discriminatedUnion(
  'type',
  [
    z.object({
      type: z.literal('message').optional(),
      role: z.enum(['user', 'assistant', 'system', 'developer']),
      content,
      phase: given.ignored,
      ...state,
    }),
    z.object({
      type: z.literal('function_call'),
      call_id: z.string().min(1),
      name: z.string().min(1),
      arguments: z.string(),
      ...state,
    }),
    z.object({type: z.literal('function_call_output'), call_id: z.string().min(1), output: content, ...state}),
    z.object({type: z.literal('reasoning')}).describe('Not read: a model does not see its earlier thoughts'),
  ],
  'message, function_call, function_call_output or reasoning was expected',
)

const tool = z.object({
  type: z.literal('function', 'only tools of the type function are offered'),
  ...given.functionShape,
})

const named = z.object({type: z.literal('function'), name: z.string()})

const format = z.discriminatedUnion(
  'type',
  [
    z.object({type: z.literal('text')}),
    z.object({type: z.literal('json_object')}),
    z.object({type: z.literal('json_schema'), ...given.schemaShape}),
  ],
  'text, json_object or json_schema was expected',
)

/** The body of `POST /v1/responses`. */
export const responsesRequest = z.strictObject({
  model: z.string().min(1).max(200),
  input: z.union([z.string(), z.array(item).min(1)]),
  instructions: z.string().nullish(),
  previous_response_id: z.string().max(100).nullish(),
  ...given.samplingShape,
  ...given.sessionShape,
  ...given.ignoredShape,
  max_output_tokens: given.tokenLimit.describe('Thoughts included'),
  seed: given.seed,
  tools: z.array(tool).max(given.maxTools).nullish(),
  tool_choice: z.union([given.toolChoiceWords, named]).nullish(),
  text: z.object({format: format.nullish(), verbosity: given.ignored}).nullish(),
  reasoning: z.object({effort: given.effort, summary: given.ignored, generate_summary: given.ignored}).nullish(),
  stream: z.boolean().nullish(),
  stream_options: given.ignored,
  background: z.boolean().nullish(),
  include: z.array(z.literal('reasoning.encrypted_content', 'only reasoning.encrypted_content is taken')).nullish(),
  max_tool_calls: given.ignored,
  top_logprobs: given.only(0, 'probabilities of tokens are not given'),
  truncation: given.only('disabled', 'nothing is left out of a conversation: disabled was expected'),
})

export type ResponsesRequest = z.infer<typeof responsesRequest>
type Item = z.infer<typeof item>

/**
 * What is new in the conversation, as the model reads it.
 * @param before what was said until then
 */
export const messagesOfInput = (input: ResponsesRequest['input'], before: readonly ChatMessage[]): ChatMessage[] => {
  const names = new Map(before.flatMap(({toolCalls = []}) => toolCalls.map(({id, name}) => [id, name] as const)))
  const items: Item[] = typeof input === 'string' ? [{role: 'user', content: input}] : input
  const messages: ChatMessage[] = []
  for (const each of items) {
    if (each.type === 'reasoning') continue
    if (each.type === 'function_call') {
      names.set(each.call_id, each.name)
      addCall(messages, {id: each.call_id, name: each.name, arguments: each.arguments})
    } else if (each.type === 'function_call_output') {
      const name = names.get(each.call_id)
      messages.push({role: 'tool', content: textOf(each.output), toolCallId: each.call_id, name})
    } else {
      messages.push({role: each.role === 'developer' ? 'system' : each.role, content: textOf(each.content)})
    }
  }
  return messages
}

/** Calls are of the message before them, where that is the assistant's. */
const addCall = (messages: ChatMessage[], call: ToolCall): void => {
  const last = messages.at(-1)
  if (last?.role === 'assistant') last.toolCalls = [...(last.toolCalls ?? []), call]
  else messages.push({role: 'assistant', content: '', toolCalls: [call]})
}

const textOf = (content: string | z.infer<typeof part>[]): string =>
  typeof content === 'string'
    ? content
    : content.map(each => (each.type === 'refusal' ? each.refusal : each.text)).join('')

/** @throws USAGE (a background that nobody could ask after) */
export const optionsOf = (body: ResponsesRequest): ChatOptions => {
  if (body.background && (body.stream || body.store === false)) {
    const param = body.stream ? 'stream' : 'store'
    throw refusal('A response in the background is stored, and not streamed.', {param})
  }
  const {tool_choice: choice, text} = body
  return {
    ...given.lengthOf(body.max_output_tokens, body.reasoning?.effort),
    ...given.samplingOf(body),
    tools: body.tools?.map(given.toolOf),
    toolChoice: typeof choice === 'object' ? (choice ? {name: choice.name} : undefined) : choice,
    responseJson: text?.format?.type === 'json_object' || undefined,
    responseSchema: text?.format?.type === 'json_schema' ? text.format.schema : undefined,
  }
}
