import type {ChatDelta, ChatMessage, ChatOptions, LanguageModel, Opening, ToolDefinition} from '../port.ts'
import type {LlamaOptions} from './load.ts'

export type LlamaThreadData = Omit<LlamaOptions, 'signal'>

export type LoadedModel = Pick<LanguageModel, 'info' | 'contextTokens' | 'callsTools' | 'requestLimit'>

export type LlamaCalls = {
  load: {input: undefined; output: LoadedModel}
  countTokens: {
    input: {messages: readonly ChatMessage[]; tools: readonly ToolDefinition[] | undefined}
    output: number
  }
  prepare: {input: Opening; output: undefined}
  chat: {input: {messages: ChatMessage[]; options: Omit<ChatOptions, 'signal'>}; output: undefined; emits: ChatDelta}
}
