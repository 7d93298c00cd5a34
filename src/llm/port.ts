import type {EngineInfo} from '../compute/engine-info.ts'

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
  conversation?: string | undefined
  /** Tokens of the answer, thoughts included. Default 2048; never more than the context has left. */
  maxTokens?: number | undefined
  /** 0 is greedy. Default 0.7. */
  temperature?: number | undefined
  /** Default 0.95. */
  topP?: number | undefined
  /** 0 considers every token. Default 40. */
  topK?: number | undefined
  /** Above 1, what was just written becomes less likely. Default 1: off. */
  repetitionPenalty?: number | undefined
  /** The same seed gives the same answer to the same messages, on the same machine. Default: another one each time. */
  seed?: number | undefined
  /** Aborting stops the generation; iteration then throws CANCELLED. */
  signal?: AbortSignal | undefined
}

/** A chat language model: resident, several conversations at once over one copy of the weights. */
export interface LanguageModel {
  readonly info: EngineInfo
  /** Tokens of context one conversation has: prompt and answer together. */
  readonly contextTokens: number
  /** Requests taken at once, waiting ones included, before ENGINE_BUSY; absent where another process decides. */
  readonly requestLimit?: number | undefined
  /** Tokens a prompt may have, so that an answer of `maxTokens`, or a good part of one, still fits. */
  promptTokens(maxTokens?: number): number
  /**
   * Tokens of a prompt of these messages, with all that the model's template puts around them.
   * @throws ENGINE_FAILED (the template refuses them), ENGINE_UNAVAILABLE (closed)
   */
  countTokens(messages: readonly ChatMessage[]): Promise<number>
  /**
   * Computes what every conversation begins with, the system prompt, so that a first turn is as quick as later ones. To be called
   * before the first `chat`.
   * @throws ENGINE_FAILED (the template refuses the messages), ENGINE_UNAVAILABLE (closed), CANCELLED
   */
  prepare(opening: readonly ChatMessage[], signal?: AbortSignal): Promise<void>
  /**
   * Streams the assistant's answer to the last message, which is the user's. Nothing is left out of the messages: how much of a
   * history fits is for the caller to see, by `countTokens`.
   * @throws USAGE (messages or options that make no sense), CANCELLED, CONTEXT_FULL (they have more than `promptTokens`),
   * ENGINE_BUSY, ENGINE_FAILED, ENGINE_UNAVAILABLE (closed)
   */
  chat(messages: ChatMessage[], options?: ChatOptions): AsyncIterable<ChatDelta>
  close(): Promise<void>
}
