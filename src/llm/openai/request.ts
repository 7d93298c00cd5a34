import type {ChatMessage, ChatOptions, ToolDefinition} from '../port.ts'
import {mustCall, offeredTools} from '../tool-input.ts'
import type {ServedModel} from './served-model.ts'

export const messageBody = ({role, content, toolCalls, toolCallId, name}: ChatMessage) => {
  const calls = toolCalls?.map(call => ({
    id: call.id,
    type: 'function',
    function: {name: call.name, arguments: objectText(call.arguments)},
  }))
  return {
    ...{role, content},
    ...(calls && calls.length > 0 && {tool_calls: calls}),
    ...(role === 'tool' && {tool_call_id: toolCallId, name}),
  }
}

/** Servers read the arguments of earlier calls for their template, and fail where a model wrote no JSON. */
const objectText = (text: string): string => {
  try {
    const value: unknown = JSON.parse(text)
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? text : '{}'
  } catch {
    return '{}'
  }
}

export const toolBody = ({name, description, parameters}: ToolDefinition) => ({
  type: 'function',
  function: {name, description, parameters},
})

/** What a server may not know: the words of a refusal by which it is recognised. Without it the request is made again. */
export const additions: Record<string, RegExp> = {
  top_k: /\btop_k\b/,
  repetition_penalty: /\brepetition_penalty\b/,
  seed: /\bseed\b/,
  stream_options: /\bstream_options\b/,
  chat_template_kwargs: /\bchat_template_kwargs\b/,
  // llama-server without --jinja, vLLM without a parser for tool calls, Ollama with a model that cannot.
  tools: /--jinja|enable-auto-tool-choice|does not support tools/,
}

export interface RequestOptions extends ChatOptions {
  maxTokens: number
  /** Undefined leaves it to the server. */
  thinking: boolean | undefined
}

/** The switch of chat templates, where the server hands it to them. */
export const templateSwitch = ({kind}: ServedModel, thinking: boolean | undefined) =>
  kind === 'OpenAI-compatible' || thinking === undefined ? {} : {chat_template_kwargs: {enable_thinking: thinking}}

const toolsBody = (options: ChatOptions) => {
  const {toolChoice, parallelToolCalls} = options
  const tools = offeredTools(options)
  if (tools.length === 0) return {}
  const named = typeof toolChoice === 'object' ? {type: 'function', function: {name: toolChoice.name}} : toolChoice
  return {
    tools: tools.map(toolBody),
    ...(mustCall(options) && {tool_choice: named}),
    ...(parallelToolCalls === false && {parallel_tool_calls: false}),
  }
}

const formatBody = ({responseSchema: schema, responseJson}: ChatOptions) => {
  if (schema) return {response_format: {type: 'json_schema', json_schema: {name: 'answer', strict: true, schema}}}
  return responseJson ? {response_format: {type: 'json_object'}} : {}
}

/** @param without names of `additions` that this server refused */
export const chatBody = (
  served: ServedModel,
  messages: readonly ChatMessage[],
  options: RequestOptions,
  without: ReadonlySet<string>,
): Record<string, unknown> => {
  const {temperature = 0.7, topP = 0.95, topK = 40, repetitionPenalty = 1} = options
  const penalty = served.kind === 'llama-server' ? 'repeat_penalty' : 'repetition_penalty'
  const body: Record<string, unknown> = {
    model: served.id,
    messages: messages.map(messageBody),
    stream: true,
    stream_options: {include_usage: true},
    max_tokens: options.maxTokens,
    temperature,
    top_p: topP,
    // 0 is refused by some, -1 is every token to all of them.
    top_k: topK === 0 ? -1 : topK,
    ...(repetitionPenalty !== 1 && {[penalty]: repetitionPenalty}),
    ...(options.seed !== undefined && {seed: options.seed}),
    ...(options.stopSequences?.length && {stop: options.stopSequences}),
    ...(without.has('tools') ? {} : toolsBody(options)),
    ...formatBody(options),
    ...templateSwitch(served, options.thinking),
  }
  for (const name of without) delete body[name]
  return body
}
