import {basename} from 'node:path'
import type {LlamaChat, LlamaContext, LlamaModel} from 'node-llama-cpp'
import type {EngineInfo} from '../kit/engine-info.ts'
import {EssenceError, isEssenceError, messageOf, throwIfCancelled} from '../kit/errors.ts'
import {checkChat} from './chat-input.ts'
import {ConversationSlots} from './conversation-slots.ts'
import {DeltaQueue} from './delta-queue.ts'
import {fitHistory} from './fit-history.ts'
import {checkGgufFile} from './gguf-file.ts'
import {defaultThreads, openRuntime, type Runtime} from './llama-device.ts'
import {generate, type Prompt} from './llama-generate.ts'
import {type ChatTemplate, chatTemplateOf} from './llama-template.ts'
import type {ChatDelta, ChatMessage, ChatOptions, LanguageModel} from './port.ts'

export interface LlamaOptions {
  /** A .gguf file. Of a split model, its first part. */
  modelPath: string
  /** `auto` (the default), `cpu`, `cuda`, `cuda:0`, `vulkan` or `metal`. */
  device?: string
  /** Tokens one conversation may have. Default 8192; never more than the model was trained for. */
  contextTokens?: number
  /** Conversations that run at once and whose prefixes are kept. Default 4. */
  conversations?: number
  /** CPU threads. Default: one core is left free, at most 8. */
  threads?: number
  /** Layers on the GPU. Default: as many as fit beside the context. */
  gpuLayers?: number
  /** Requests that may wait for a conversation to end. Default 16. */
  queueLimit?: number
}

/** A language model run by llama.cpp in this process. */
export interface LlamaLanguageModel extends LanguageModel {
  /** Tokens computed since the model was opened; a reused prefix counts nothing. */
  tokenCounts(): {prompt: number; generated: number}
}

const defaultMaxTokens = 2048
/** Tokens kept free beside prompt and answer: marks the template puts between them, and the one being computed. */
const spareTokens = 16

/**
 * Loads a model and warms it (one token is generated) before it resolves.
 * @throws MODEL_MISSING, MODEL_INVALID, CONFIG_INVALID, ENGINE_UNAVAILABLE, ENGINE_FAILED
 */
export const openLlama = async (options: LlamaOptions): Promise<LlamaLanguageModel> => {
  await checkGgufFile(options.modelPath)
  const library = await import('node-llama-cpp')
  const runtime = await openRuntime(library, options.device ?? 'auto', options.threads ?? defaultThreads())
  try {
    const {model, context} = await loadModel(runtime, options)
    const template = chatTemplateOf(library, model)
    const chats = Array.from(
      {length: context.totalSequences},
      () => new library.LlamaChat({contextSequence: context.getSequence(), chatWrapper: template.wrapper}),
    )
    await warm(model, chats)
    return new LlamaCpp(runtime, model, context, template, chats, options)
  } catch (cause) {
    await runtime.llama.dispose()
    throw loadError(options.modelPath, runtime, cause)
  }
}

const loadModel = async (
  {llama}: Runtime,
  {modelPath, gpuLayers, contextTokens = 8192, conversations = 4}: LlamaOptions,
): Promise<{model: LlamaModel; context: LlamaContext}> => {
  const model = await llama.loadModel({
    modelPath,
    gpuLayers: gpuLayers ?? {fitContext: {contextSize: contextTokens * conversations}},
  })
  const context = await model.createContext({
    contextSize: Math.min(contextTokens, model.trainContextSize ?? contextTokens),
    sequences: conversations,
    threads: llama.maxThreads,
  })
  return {model, context}
}

const warm = async (model: LlamaModel, [chat]: LlamaChat[]): Promise<void> => {
  const start = model.tokens.bos ?? model.tokenize(' ')[0]
  if (!chat || start === undefined) return
  for await (const _token of chat.sequence.evaluate([start], {temperature: 0})) break
  await chat.sequence.clearHistory()
}

const loadError = (modelPath: string, {errors}: Runtime, cause: unknown): EssenceError => {
  if (isEssenceError(cause)) return cause
  const said = errors.findLast(line => /error|memory|alloc/i.test(line)) ?? messageOf(cause)
  if (cause instanceof Error && (cause.name === 'InsufficientMemoryError' || /memory|alloc/i.test(said)))
    return new EssenceError('ENGINE_FAILED', `There is not enough memory for ${modelPath}: ${said}`, {
      suggestions: ['Take a smaller model or quantisation.', 'Lower the context size or the number of conversations.'],
      cause,
    })
  return new EssenceError('MODEL_INVALID', `llama.cpp cannot load ${modelPath}: ${said}`, {
    suggestions: [
      'Verify the file: essence models verify',
      'It may be cut short or newer than llama.cpp here; download it again.',
    ],
    cause,
  })
}

class LlamaCpp implements LlamaLanguageModel {
  readonly info: EngineInfo
  readonly contextTokens: number
  readonly #runtime: Runtime
  readonly #template: ChatTemplate
  readonly #chats: LlamaChat[]
  readonly #slots: ConversationSlots<LlamaChat>
  readonly #running = new Map<Promise<void>, AbortController>()
  readonly #warmTokens: {prompt: number; generated: number}
  #closed: Promise<void> | undefined

  constructor(
    runtime: Runtime,
    model: LlamaModel,
    context: LlamaContext,
    template: ChatTemplate,
    chats: LlamaChat[],
    options: LlamaOptions,
  ) {
    const onGpu = runtime.device !== 'cpu' && model.gpuLayers > 0
    this.info = {
      engine: 'llama.cpp',
      model: basename(options.modelPath),
      device: onGpu ? runtime.device : 'cpu',
      deviceReason:
        onGpu || runtime.device === 'cpu'
          ? runtime.deviceReason
          : `no layer of the model is on the GPU (${runtime.deviceReason})`,
    }
    this.contextTokens = context.contextSize
    this.#runtime = runtime
    this.#template = template
    this.#chats = chats
    this.#slots = new ConversationSlots(chats, options.queueLimit ?? 16)
    this.#warmTokens = this.#meter()
  }

  tokenCounts(): {prompt: number; generated: number} {
    const {prompt, generated} = this.#meter()
    return {prompt: prompt - this.#warmTokens.prompt, generated: generated - this.#warmTokens.generated}
  }

  async *chat(messages: ChatMessage[], options: ChatOptions = {}): AsyncGenerator<ChatDelta> {
    checkChat(messages, options)
    const {signal, conversation} = options
    throwIfCancelled(signal)
    this.#assertOpen()
    const prompt = this.#fit(messages, options.maxTokens ?? defaultMaxTokens)
    const slot = await this.#slots.acquire(conversation, signal)
    const stop = new AbortController()
    const deltas = new DeltaQueue<ChatDelta>()
    // The reader is let go at once; the slot only when the computation has really stopped.
    const cancel = (): void => {
      deltas.fail(
        new EssenceError('CANCELLED', 'Cancelled while the language model was answering.', {cause: signal?.reason}),
      )
      stop.abort()
    }
    signal?.addEventListener('abort', cancel, {once: true})
    stop.signal.addEventListener('abort', () => deltas.fail(closedError()), {once: true})
    const work = generate(slot.value, prompt, options, stop.signal, delta => deltas.push(delta))
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

  close(): Promise<void> {
    this.#closed ??= (async () => {
      this.#slots.rejectWaiting(closedError())
      for (const stop of this.#running.values()) stop.abort()
      await Promise.all(this.#running.keys())
      await this.#runtime.llama.dispose()
    })()
    return this.#closed
  }

  /** Leaves out the oldest exchanges until prompt and answer fit, and bounds the answer by what is left. */
  #fit(messages: ChatMessage[], maxTokens: number): Prompt {
    const room = this.contextTokens - spareTokens
    const answerRoom = Math.min(maxTokens, Math.floor(this.contextTokens / 4))
    let needed = 0
    const kept = fitHistory(messages, candidate => {
      needed = this.#tokens(candidate).length
      return needed + answerRoom <= room
    })
    if (!kept)
      throw new EssenceError(
        'CONTEXT_FULL',
        `The message is too long for the language model: with its instructions it has ${needed} tokens, ${room - answerRoom} fit.`,
        {suggestions: ['Send a shorter message.', 'Give the model a larger context.']},
      )
    return {messages: kept, tokens: this.#tokens(kept), maxTokens: Math.min(maxTokens, room - needed)}
  }

  #tokens(messages: ChatMessage[]): Prompt['tokens'] {
    try {
      return this.#template.tokens(messages)
    } catch (cause) {
      throw new EssenceError('ENGINE_FAILED', `The chat template of ${this.info.model} refuses these messages.`, {
        cause,
      })
    }
  }

  #meter(): {prompt: number; generated: number} {
    const meters = this.#chats.map(chat => chat.sequence.tokenMeter)
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
