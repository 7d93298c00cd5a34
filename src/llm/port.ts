import type {EngineInfo} from '../compute/engine-info.ts'

/** A call of a function that the model asks for. */
export interface ToolCall {
  /** Unique within its conversation; the result names it. */
  id: string
  name: string
  /** JSON text, as the model wrote it: to be checked before anything is done. */
  arguments: string
}

/** A function the model may call. */
export interface ToolDefinition {
  name: string
  /** What it does, for the model. */
  description: string
  /** JSON Schema of the arguments, an object. */
  parameters: Record<string, unknown>
}

export interface ChatMessage {
  role: 'system' | 'user' | 'assistant' | 'tool'
  content: string
  /** Of the assistant: what it called in this message. */
  toolCalls?: ToolCall[] | undefined
  /** Of a tool: the call it answers, and the function's name. */
  toolCallId?: string | undefined
  name?: string | undefined
}

/** Tokens one answer took. */
export interface TokenUsage {
  /** Of the prompt, reused ones included. */
  promptTokens: number
  /** Written, thoughts included. */
  completionTokens: number
  /** Of the prompt, those whose state was there already. */
  cachedTokens: number
  /** Written per second, the prompt's time not counted; 0 where nothing was written. */
  tokensPerSecond: number
}

/** Why the model stopped: its own end or a stop sequence, the token limit, or to have tools called. */
export type ChatFinish = 'stop' | 'length' | 'toolCalls'

/** A piece of what the model writes. Thoughts are the model's own reasoning, never shown as the answer. `end` is the last one. */
export type ChatDelta =
  | {kind: 'answer' | 'thought'; text: string}
  | {kind: 'toolCall'; text: ''; call: ToolCall}
  | {kind: 'end'; text: ''; finish: ChatFinish; usage: TokenUsage}

/** Whether the model may call tools, must not, must, or must call this one. */
export type ToolChoice = 'auto' | 'none' | 'required' | {name: string}

export interface ChatOptions {
  /** Conversations with the same key reuse what they share with their last turn (KV-cache prefix). */
  conversation?: string | undefined
  /** Functions the model may call. The turn then ends with `toolCalls`; the caller calls them and asks again with the results. */
  tools?: readonly ToolDefinition[] | undefined
  /** Default `auto`. Where a call is a must, the model neither thinks nor says anything before it. */
  toolChoice?: ToolChoice | undefined
  /** False: one call at most in an answer. Default: as many as the model likes. */
  parallelToolCalls?: boolean | undefined
  /**
   * JSON Schema: the answer is JSON that fits it, unless `maxTokens` or a stop sequence cuts it off. Properties that may be absent may all be
   * written. The model does not think before it.
   */
  responseSchema?: Record<string, unknown> | undefined
  /** The answer is a JSON object, as with a schema that says no more. */
  responseJson?: boolean | undefined
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
  /** The answer ends before the first of these, which is not part of it. */
  stopSequences?: readonly string[] | undefined
  /** Tokens the model may think before it has to answer; 0: not at all. Default: as the engine was opened. */
  thoughtTokens?: number | undefined
  /** The same seed gives the same answer to the same messages, on the same machine. Default: another one each time. */
  seed?: number | undefined
  /** Aborting stops the generation; iteration then throws CANCELLED. */
  signal?: AbortSignal | undefined
}

/** What conversations begin with. */
export interface Opening {
  messages: readonly ChatMessage[]
  tools?: readonly ToolDefinition[] | undefined
}

/** A chat language model: resident, several conversations at once over one copy of the weights. */
export interface LanguageModel {
  readonly info: EngineInfo
  /** Tokens of context one conversation has: prompt and answer together. */
  readonly contextTokens: number
  /** False where the model has not learnt to call tools: they would only confuse it. Default: it has. */
  readonly callsTools?: boolean | undefined
  /** Requests taken at once, waiting ones included, before ENGINE_BUSY; absent where another process decides. */
  readonly requestLimit?: number | undefined
  /** Tokens a prompt may have, so that an answer of `maxTokens`, or a good part of one, still fits. */
  promptTokens(maxTokens?: number): number
  /**
   * Tokens of a prompt of these messages, with all that the model's template puts around them.
   * @throws ENGINE_FAILED (the template refuses them), ENGINE_UNAVAILABLE (closed)
   */
  countTokens(messages: readonly ChatMessage[], tools?: readonly ToolDefinition[]): Promise<number>
  /**
   * Computes what every conversation begins with, the system prompt and the tools, so that a first turn is as quick as later ones. To be
   * called before the first `chat`.
   * @throws ENGINE_FAILED (the template refuses the messages), ENGINE_UNAVAILABLE (closed), CANCELLED
   */
  prepare(opening: Opening, signal?: AbortSignal): Promise<void>
  /**
   * Streams the assistant's answer to the last message, which is the user's or a tool's. Nothing is left out of the messages: how much of
   * a history fits is for the caller to see, by `countTokens`.
   * @throws USAGE (messages or options that make no sense, or that the engine cannot hold the model to), CANCELLED, CONTEXT_FULL (they have more than `promptTokens`),
   * ENGINE_BUSY, ENGINE_FAILED, ENGINE_UNAVAILABLE (closed)
   */
  chat(messages: ChatMessage[], options?: ChatOptions): AsyncIterable<ChatDelta>
  close(): Promise<void>
}
