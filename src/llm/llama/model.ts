import type {Llama, LlamaChat, LlamaContextSequence} from 'node-llama-cpp'
import type {EngineInfo} from '../../compute/engine-info.ts'
import {EssenceError, throwIfCancelled} from '../../kit/errors.ts'
import {Channel} from '../../kit/flow/channel.ts'
import {checkChat} from '../chat-input.ts'
import type {ChatDelta, ChatMessage, ChatOptions, LanguageModel, Opening} from '../port.ts'
import {defaultMaxTokens, promptTokensOf, spareTokens} from './context-size.ts'
import {ConversationSlots} from './conversation-slots.ts'
import {generate, type Prompt} from './generate.ts'
import {commonPrefix, prefill} from './prefill.ts'
import type {ChatTemplate} from './template.ts'

/** A language model run by llama.cpp in this process. */
export interface LlamaLanguageModel extends LanguageModel {
  /** Tokens computed since the model was opened; a reused prefix counts nothing. */
  tokenCounts(): {prompt: number; generated: number}
  /** Resolves when nothing is computed any more: a reader that leaves is let go before that. */
  stopped(): Promise<void>
}

/** A model that is loaded and warm, and its sequences. */
export interface LoadedLlama {
  llama: Llama
  info: EngineInfo
  contextTokens: number
  template: ChatTemplate
  /** One for each conversation that may run at once. */
  chats: LlamaChat[]
  requestLimit: number
}

export class LlamaCpp implements LlamaLanguageModel {
  readonly info: EngineInfo
  readonly contextTokens: number
  readonly requestLimit: number
  readonly #llama: Llama
  readonly #template: ChatTemplate
  readonly #sequences: LlamaContextSequence[]
  readonly #slots: ConversationSlots<LlamaChat>
  readonly #running = new Map<Promise<void>, AbortController>()
  readonly #warmTokens: {prompt: number; generated: number}
  /** The last prompt: one that is counted is mostly asked next, and a template takes ms. */
  #counted: {messages: ChatMessage[]; tokens: Prompt['tokens']} | undefined
  #closed: Promise<void> | undefined

  constructor({llama, info, contextTokens, template, chats, requestLimit}: LoadedLlama) {
    this.info = info
    this.contextTokens = contextTokens
    this.requestLimit = requestLimit
    this.#llama = llama
    this.#template = template
    this.#slots = new ConversationSlots(chats, requestLimit)
    this.#sequences = chats.map(({sequence}) => sequence)
    this.#warmTokens = this.#meter()
  }

  tokenCounts(): {prompt: number; generated: number} {
    const {prompt, generated} = this.#meter()
    return {prompt: prompt - this.#warmTokens.prompt, generated: generated - this.#warmTokens.generated}
  }

  promptTokens(maxTokens?: number): number {
    return promptTokensOf(this.contextTokens, maxTokens)
  }

  async countTokens(messages: readonly ChatMessage[]): Promise<number> {
    this.#assertOpen()
    return this.#tokens(messages).length
  }

  async prepare({messages: opening}: Opening, signal?: AbortSignal): Promise<void> {
    throwIfCancelled(signal)
    this.#assertOpen()
    const [one = [], other = []] = ['a', 'b'].map(content => this.#tokens([...opening, {role: 'user', content}]))
    const prefix = commonPrefix(one, other)
    // One that leaves no room for a question is refused with the question.
    if (prefix.length >= this.promptTokens()) return
    try {
      await prefill(this.#sequences, prefix, signal)
    } catch (error) {
      throwIfCancelled(signal)
      throw error
    }
  }

  async *chat(messages: ChatMessage[], options: ChatOptions = {}): AsyncGenerator<ChatDelta> {
    checkChat(messages, options)
    const {signal, conversation} = options
    throwIfCancelled(signal)
    this.#assertOpen()
    const prompt = this.#promptOf(messages, options.maxTokens)
    const slot = await this.#slots.acquire(conversation, signal)
    // Either may have happened while the slot was on its way here.
    if (signal?.aborted || this.#closed) {
      slot.release()
      throwIfCancelled(signal)
      throw closedError()
    }
    const stop = new AbortController()
    // llama.cpp does not wait, so the bound is what it may write.
    const deltas = new Channel<ChatDelta>(prompt.maxTokens)
    // The reader is let go at once; the slot only when the computation has really stopped.
    const cancel = (): void => {
      deltas.fail(
        new EssenceError('CANCELLED', 'Cancelled while the language model was answering.', {cause: signal?.reason}),
      )
      stop.abort()
    }
    signal?.addEventListener('abort', cancel, {once: true})
    stop.signal.addEventListener('abort', () => deltas.fail(closedError()), {once: true})
    const work = generate(slot.value, prompt, options, stop.signal, delta => void deltas.push(delta))
      .then(
        () => deltas.end(),
        cause => deltas.fail(new EssenceError('ENGINE_FAILED', 'The language model failed while answering.', {cause})),
      )
      .finally(() => {
        this.#running.delete(work)
        slot.release()
      })
    this.#running.set(work, stop)
    try {
      yield* deltas
    } finally {
      signal?.removeEventListener('abort', cancel)
      stop.abort()
    }
  }

  async stopped(): Promise<void> {
    await Promise.all(this.#running.keys())
  }

  close(): Promise<void> {
    this.#closed ??= (async () => {
      this.#slots.rejectWaiting(closedError())
      for (const stop of this.#running.values()) stop.abort()
      await this.stopped()
      await this.#llama.dispose()
    })()
    return this.#closed
  }

  /** Bounds the answer by what the prompt leaves of the context. */
  #promptOf(messages: ChatMessage[], maxTokens = defaultMaxTokens): Prompt {
    const tokens = this.#tokens(messages)
    const room = this.promptTokens(maxTokens)
    if (tokens.length <= room) {
      return {messages, tokens, maxTokens: Math.min(maxTokens, this.contextTokens - spareTokens - tokens.length)}
    }
    throw new EssenceError(
      'CONTEXT_FULL',
      `The message is too long for the language model: with its instructions it has ${tokens.length} tokens, ${room} fit.`,
      {suggestions: ['Send a shorter message.', 'Give the model a larger context.']},
    )
  }

  #tokens(messages: readonly ChatMessage[]): Prompt['tokens'] {
    if (this.#counted && isSame(this.#counted.messages, messages)) return this.#counted.tokens
    try {
      const tokens = this.#template.tokens(messages)
      this.#counted = {messages: [...messages], tokens}
      return tokens
    } catch (cause) {
      throw new EssenceError('ENGINE_FAILED', `The chat template of ${this.info.model} refuses these messages.`, {
        cause,
      })
    }
  }

  #meter(): {prompt: number; generated: number} {
    const meters = this.#sequences.map(({tokenMeter}) => tokenMeter)
    return {
      prompt: meters.reduce((sum, meter) => sum + meter.usedInputTokens, 0),
      generated: meters.reduce((sum, meter) => sum + meter.usedOutputTokens, 0),
    }
  }

  #assertOpen(): void {
    if (this.#closed) throw closedError()
  }
}

const isSame = (a: readonly ChatMessage[], b: readonly ChatMessage[]): boolean =>
  a.length === b.length && a.every(({role, content}, i) => role === b[i]?.role && content === b[i]?.content)

const closedError = (): EssenceError => new EssenceError('ENGINE_UNAVAILABLE', 'The language model has been closed.')
