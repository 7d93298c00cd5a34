import type {EngineInfo} from '../../compute/engine-info.ts'
import {defined} from '../../kit/defined.ts'
import {EssenceError} from '../../kit/errors.ts'
import type {Embedder} from '../../llm/embedding-port.ts'
import type {ChatMessage, ChatOptions, LanguageModel, ToolChoice, ToolDefinition} from '../../llm/port.ts'
import {
  ChatRequest,
  type EmbedderInfo,
  type EngineInfo as InfoMessage,
  type ModelInfo,
} from '../../rpc/generated/june/llm/llm.ts'
import {infoFrom, paramsOf} from './messages.ts'
import {callMessage} from './request-messages.ts'

/** What the bare model is asked, as sent. @param options checked */
export const modelRequest = (
  messages: readonly ChatMessage[],
  {seed, toolChoice, conversation = '', ...options}: ChatOptions = {},
): ChatRequest => {
  const {thoughtTokens, responseSchema, responseJson = false, tools = [], parallelToolCalls, topP} = options
  return ChatRequest.fromPartial({
    messages: messages.map(({role, content, name = '', toolCallId = '', toolCalls = []}) => ({
      ...{role, content, name, toolCallId},
      toolCalls: toolCalls.map(callMessage),
    })),
    params: {
      // 0 is "not said" there; this is no more of the likeliest tokens than that.
      ...paramsOf({...options, topP: topP === 0 ? leastTopP : topP}),
      ...defined({thoughtTokens, anySeed: seed}),
      responseSchema: responseSchema ? JSON.stringify(responseSchema) : '',
      responseJson,
    },
    context: {
      availableTools: tools.map(toolMessage),
      conversation,
      toolChoice: typeof toolChoice === 'string' ? toolChoice : '',
      requiredTool: typeof toolChoice === 'object' ? toolChoice.name : '',
      singleCall: parallelToolCalls === false,
    },
  })
}

const leastTopP = 1e-6
/** As the port says. */
const defaultMaxTokens = 2048

const toolMessage = ({name, description, parameters}: ToolDefinition) => ({
  ...{name, description},
  parametersSchema: JSON.stringify(parameters),
})

/** What a request says to the bare model alone, beside its sampling. @throws USAGE (a schema that is no JSON) */
export const modelOptions = ({params, context}: ChatRequest): Partial<ChatOptions> =>
  defined({
    thoughtTokens: params?.thoughtTokens,
    seed: params?.anySeed,
    responseSchema: params?.responseSchema ? schemaOf(params.responseSchema) : undefined,
    responseJson: params?.responseJson || undefined,
    conversation: context?.conversation || undefined,
    // What it is not is found by the model.
    toolChoice: context?.requiredTool ? {name: context.requiredTool} : (context?.toolChoice as ToolChoice) || undefined,
    parallelToolCalls: context?.singleCall ? false : undefined,
  })

const schemaOf = (text: string): Record<string, unknown> => {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new EssenceError('USAGE', 'params.response_schema is no JSON; a JSON Schema was expected.', {cause})
  }
}

const infoMessage = ({engine, model, device, deviceReason = '', demo = '', note = ''}: EngineInfo): InfoMessage => ({
  ...{engine, model, device, deviceReason, demo, note},
})

/** Of an engine elsewhere. @param name where it is, for people */
const infoOf = (info: InfoMessage | undefined, name: string): EngineInfo =>
  infoFrom(
    {...{engine: '', device: '', deviceReason: '', demo: '', note: ''}, ...info, modelName: info?.model ?? ''},
    name,
  )

export const modelInfo = (llm: LanguageModel): ModelInfo => ({
  info: infoMessage(llm.info),
  contextTokens: llm.contextTokens,
  mostPromptTokens: llm.promptTokens(1),
  leastPromptTokens: llm.promptTokens(llm.contextTokens),
  callsTools: llm.callsTools !== false,
})

/** What there is to know of a model elsewhere. */
export const modelFrom = (
  {info, contextTokens, mostPromptTokens, leastPromptTokens, callsTools}: ModelInfo,
  name: string,
): Pick<LanguageModel, 'info' | 'contextTokens' | 'callsTools' | 'promptTokens'> => ({
  ...{info: infoOf(info, name), contextTokens, callsTools},
  // Each token of the answer is one less of the prompt, as long as that keeps its part.
  promptTokens: (maxTokens = defaultMaxTokens) => Math.max(leastPromptTokens, mostPromptTokens + 1 - maxTokens),
})

export const embedderInfo = ({info, model, dimension, maxTokens}: Embedder): EmbedderInfo => ({
  info: infoMessage(info),
  ...{model, dimension, maxTokens},
})

export const embedderFrom = (
  {info, model, dimension, maxTokens}: EmbedderInfo,
  name: string,
): Pick<Embedder, 'info' | 'model' | 'dimension' | 'maxTokens'> => ({
  info: infoOf(info, name),
  ...{model, dimension, maxTokens},
})
