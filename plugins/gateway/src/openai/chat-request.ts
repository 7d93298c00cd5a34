import type {ChatMessage, ChatOptions} from '@essence/core/llm/port'
import {z} from 'zod'
import {type Asked, joinedOpening, sessionOf} from './asked.ts'
import * as given from './parameters.ts'

const part = z.discriminatedUnion(
  'type',
  [z.object({type: z.literal('text'), text: z.string()}), z.object({type: z.literal('refusal'), refusal: z.string()})],
  'only parts of the type text are read: no pictures, sounds or files',
)

const content = z.union([z.string(), z.array(part)])

const toolCall = z.object({
  id: z.string().min(1),
  type: z.literal('function', 'only function was expected'),
  function: z.object({name: z.string(), arguments: z.string()}),
})

const message = z.discriminatedUnion(
  'role',
  [
    z.object({role: z.enum(['system', 'developer']), content, name: z.string().nullish()}),
    z.object({role: z.literal('user'), content, name: z.string().nullish()}),
    z.object({
      role: z.literal('assistant'),
      content: content.nullish(),
      tool_calls: z.array(toolCall).nullish(),
      refusal: z.string().nullish(),
      reasoning_content: z.string().nullish().describe('Not read: a model does not see its earlier thoughts'),
      audio: z.null('no sound is read').optional(),
      function_call: z.null('use tool_calls').optional(),
    }),
    z.object({role: z.literal('tool'), content, tool_call_id: z.string().min(1)}),
  ],
  'system, developer, user, assistant or tool was expected',
)

const tool = z.object({
  type: z.literal('function', 'only tools of the type function are offered'),
  function: z.object(given.functionShape),
})

const named = z.object({type: z.literal('function'), function: z.object({name: z.string()})})

const format = z.discriminatedUnion(
  'type',
  [
    z.object({type: z.literal('text')}),
    z.object({type: z.literal('json_object')}),
    z.object({type: z.literal('json_schema'), json_schema: z.object(given.schemaShape)}),
  ],
  'text, json_object or json_schema was expected',
)

/** The body of `POST /v1/chat/completions`. */
export const chatRequest = z.strictObject({
  model: z.string().min(1).max(200),
  messages: z.array(message).min(1),
  ...given.samplingShape,
  ...given.sessionShape,
  ...given.ignoredShape,
  max_tokens: given.tokenLimit,
  max_completion_tokens: given.tokenLimit.describe('Thoughts included'),
  stop: z.union([z.string().min(1), z.array(z.string().min(1)).max(16)]).nullish(),
  seed: given.seed,
  tools: z.array(tool).max(given.maxTools).nullish(),
  tool_choice: z.union([given.toolChoiceWords, named]).nullish(),
  response_format: format.nullish(),
  reasoning_effort: given.effort,
  stream: z.boolean().nullish(),
  stream_options: z.object({include_usage: z.boolean().nullish()}).nullish(),
  modalities: z.array(z.literal('text', 'only text is answered')).nullish(),
  verbosity: given.ignored,
  prediction: given.ignored,
  n: given.only(1, 'one answer is given: 1 was expected'),
  logprobs: given.only(false, 'probabilities of tokens are not given'),
  top_logprobs: given.only(0, 'probabilities of tokens are not given'),
  presence_penalty: given.only(0, 'not supported; repetition_penalty is'),
  frequency_penalty: given.only(0, 'not supported; repetition_penalty is'),
  logit_bias: z.strictObject({}, 'not supported').nullish(),
})

export type ChatRequest = z.infer<typeof chatRequest>

type Content = z.infer<typeof content>

/** Parts follow each other without anything between them. */
const textOf = (given: Content | null | undefined): string =>
  typeof given === 'string'
    ? given
    : (given ?? []).map(each => (each.type === 'text' ? each.text : each.refusal)).join('')

export const askedByChat = (body: ChatRequest, header: unknown): Asked => ({
  model: body.model,
  messages: joinedOpening(messagesOf(body.messages)),
  options: optionsOf(body),
  session: sessionOf(body, header),
})

const messagesOf = (messages: ChatRequest['messages']): ChatMessage[] => {
  const names = new Map<string, string>()
  return messages.map((each): ChatMessage => {
    const text = textOf(each.content)
    if (each.role === 'tool') {
      return {role: 'tool', content: text, toolCallId: each.tool_call_id, name: names.get(each.tool_call_id)}
    }
    if (each.role !== 'assistant') return {role: each.role === 'user' ? 'user' : 'system', content: text}
    const toolCalls = each.tool_calls?.map(({id, function: called}) => ({id, ...called}))
    for (const {id, name} of toolCalls ?? []) names.set(id, name)
    return {
      role: 'assistant',
      content: text || (each.refusal ?? ''),
      toolCalls: toolCalls?.length ? toolCalls : undefined,
    }
  })
}

const optionsOf = (body: ChatRequest): ChatOptions => {
  const {response_format: format, tool_choice: choice, stop} = body
  return {
    ...given.lengthOf(body.max_completion_tokens ?? body.max_tokens, body.reasoning_effort),
    ...given.samplingOf(body),
    stopSequences: typeof stop === 'string' ? [stop] : (stop ?? undefined),
    tools: body.tools?.map(each => given.toolOf(each.function)),
    toolChoice: typeof choice === 'object' ? (choice ? {name: choice.function.name} : undefined) : choice,
    responseJson: format?.type === 'json_object' || undefined,
    responseSchema: format?.type === 'json_schema' ? format.json_schema.schema : undefined,
  }
}
