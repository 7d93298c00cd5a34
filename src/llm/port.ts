import type {EngineInfo} from '../kit/engine-info.ts'

export interface ChatMessage {
  role: 'system' | 'user' | 'assistant'
  content: string
}

/** A piece of what the model writes. Thoughts are the model's own reasoning, never shown as the answer. */
export interface ChatDelta {
  kind: 'answer' | 'thought'
  text: string
}

export interface ChatOptions {
  /** Conversations with the same key reuse what they share with their last turn (KV-cache prefix). */
  conversation?: string
  maxTokens?: number
  /** 0 is greedy. */
  temperature?: number
  topP?: number
  topK?: number
  repetitionPenalty?: number
  seed?: number
  /** Aborting stops the generation; iteration then throws CANCELLED. */
  signal?: AbortSignal
}

/** A chat language model: resident, several conversations at once over one copy of the weights. */
export interface LanguageModel {
  readonly info: EngineInfo
  /** Tokens of context one conversation has. */
  readonly contextTokens: number
  /**
   * Streams the assistant's answer to the last message, which is the user's.
   * @throws CANCELLED, CONTEXT_FULL (the last message alone does not fit), ENGINE_BUSY, ENGINE_FAILED
   */
  chat(messages: ChatMessage[], options?: ChatOptions): AsyncIterable<ChatDelta>
  close(): Promise<void>
}
