import type {Llama, LlamaContextSequence} from 'node-llama-cpp'
import type {EngineInfo} from '../../compute/engine-info.ts'
import {EssenceError, throwIfCancelled} from '../../kit/errors.ts'
import {Channel} from '../../kit/flow/channel.ts'
import {checkChat} from '../chat-input.ts'
import type {ChatDelta, ChatMessage, ChatOptions, LanguageModel, Opening, ToolDefinition} from '../port.ts'
import {checkTools, offeredTools} from '../tool-input.ts'
import {defaultMaxTokens, promptTokensOf, spareTokens} from './context-size.ts'
import {ConversationSlots} from './conversation-slots.ts'
import {generate, type Prompt} from './generate.ts'
import {heldWrapper, holdOf, responseGrammar} from './hold.ts'
import {commonPrefix, prefill} from './prefill.ts'
import type {ChatTemplate, RenderedPrompt} from './template.ts'

type Library = typeof import('node-llama-cpp')

/** A language model run by llama.cpp in this process. */
export interface LlamaLanguageModel extends LanguageModel {
  /** Tokens computed since the model was opened; a reused prefix counts nothing. */
  tokenCounts(): {prompt: number; generated: number}
  /** Resolves when nothing is computed any more: a reader that leaves is let go before that. */
  stopped(): Promise<void>
}

/** A model that is loaded and warm, and its sequences. */
export interface LoadedLlama {
  library: Library
  llama: Llama
  info: EngineInfo
  contextTokens: number
  template: ChatTemplate
  /** One for each conversation that may run at once. */
  sequences: LlamaContextSequence[]
  /** Its template has a place for tools. */
  callsTools: boolean
  requestLimit: number
  /** Tokens a model may think, where a request does not say. */
  thoughtTokens?: number | undefined
}

export class LlamaCpp implements LlamaLanguageModel {
  readonly info: EngineInfo
  readonly contextTokens: number
  readonly callsTools: boolean
  readonly requestLimit: number
  readonly #library: Library
  readonly #llama: Llama
  readonly #template: ChatTemplate
  readonly #sequences: LlamaContextSequence[]
  readonly #slots: ConversationSlots<LlamaContextSequence>
  readonly #thoughtTokens: number | undefined
  readonly #running = new Map<Promise<void>, AbortController>()
  readonly #warmTokens: {prompt: number; generated: number}
  /** The last prompt: one that is counted is mostly asked next, and a template takes ms. */
  #rendered: {key: string; prompt: RenderedPrompt} | undefined
  #closed: Promise<void> | undefined

  constructor(loaded: LoadedLlama) {
    const {library, llama, info, contextTokens, template, sequences, callsTools, requestLimit, thoughtTokens} = loaded
    this.info = info
    this.contextTokens = contextTokens
    this.callsTools = callsTools
    this.requestLimit = requestLimit
    this.#library = library
    this.#llama = llama
    this.#template = template
    this.#thoughtTokens = thoughtTokens
    this.#slots = new ConversationSlots(sequences, requestLimit)
    this.#sequences = sequences
    this.#warmTokens = this.#meter()
  }

  tokenCounts(): {prompt: number; generated: number} {
    const {prompt, generated} = this.#meter()
    return {prompt: prompt - this.#warmTokens.prompt, generated: generated - this.#warmTokens.generated}
  }

  promptTokens(maxTokens?: number): number {
    return promptTokensOf(this.contextTokens, maxTokens)
  }

  async countTokens(messages: readonly ChatMessage[], tools?: readonly ToolDefinition[]): Promise<number> {
    this.#assertOpen()
    return this.#render(messages, {tools}).tokens.length
  }

  async prepare({messages: opening, tools}: Opening, signal?: AbortSignal): Promise<void> {
    throwIfCancelled(signal)
    this.#assertOpen()
    checkTools(tools)
    const [one = [], other = []] = ['a', 'b'].map(
      content => this.#render([...opening, {role: 'user', content}], {tools}).tokens,
    )
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
    const hold = holdOf(options)
    const asked = {...options, tools: offeredTools(options), thoughtTokens: hold ? 0 : options.thoughtTokens}
    const prompt = this.#promptOf(messages, asked)
    if (hold) prompt.wrapper = heldWrapper(this.#library, prompt.wrapper, hold, this.info.model)
    const grammar = hold === 'json' ? await responseGrammar(this.#llama, options) : undefined
    const slot = await this.#slots.acquire(conversation, signal)
    // Either may have happened while the slot was on its way here.
    if (signal?.aborted || this.#closed) {
      slot.release()
      throwIfCancelled(signal)
      throw closedError()
    }
    const stop = new AbortController()
    // llama.cpp does not wait, so the bound is what it may write.
    const deltas = new Channel<ChatDelta>(prompt.maxTokens + 1)
    // The reader is let go at once; the slot only when the computation has really stopped.
    const cancel = (): void => {
      deltas.fail(
        new EssenceError('CANCELLED', 'Cancelled while the language model was answering.', {cause: signal?.reason}),
      )
      stop.abort()
    }
    signal?.addEventListener('abort', cancel, {once: true})
    stop.signal.addEventListener('abort', () => deltas.fail(closedError()), {once: true})
    const work = generate(this.#library, slot.value, prompt, {
      ...asked,
      ...{grammar, thoughtTokens: asked.thoughtTokens ?? this.#thoughtTokens},
      signal: stop.signal,
      written: this.#template.written,
      onDelta: delta => void deltas.push(delta),
    })
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
  #promptOf(messages: ChatMessage[], options: ChatOptions): Prompt {
    const {maxTokens = defaultMaxTokens} = options
    const prompt = this.#render(messages, options)
    const {length} = prompt.tokens
    const room = this.promptTokens(maxTokens)
    if (length <= room) return {...prompt, maxTokens: Math.min(maxTokens, this.contextTokens - spareTokens - length)}
    throw new EssenceError(
      'CONTEXT_FULL',
      `The message is too long for the language model: with its instructions it has ${length} tokens, ${room} fit.`,
      {suggestions: ['Send a shorter message.', 'Give the model a larger context.']},
    )
  }

  #render(
    messages: readonly ChatMessage[],
    {tools = [], thoughtTokens}: Pick<ChatOptions, 'tools' | 'thoughtTokens'>,
  ): RenderedPrompt {
    const thinking = this.#template.thinkingWith(thoughtTokens)
    const key = JSON.stringify([messages, tools, thinking])
    if (this.#rendered?.key === key) return this.#rendered.prompt
    try {
      const prompt = this.#template.render(messages, tools, thinking)
      this.#rendered = {key, prompt}
      return prompt
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

const closedError = (): EssenceError => new EssenceError('ENGINE_UNAVAILABLE', 'The language model has been closed.')
