import {throwIfCancelled} from '../../kit/errors.ts'
import {Channel} from '../../kit/flow/channel.ts'
import {restartingThread} from '../../kit/process/restarting-thread.ts'
import {checkChat} from '../chat-input.ts'
import type {ChatDelta, ChatMessage, ChatOptions, LanguageModel} from '../port.ts'
import type {LlamaCalls, LlamaThreadData} from './calls.ts'
import {promptTokensOf} from './context-size.ts'
import type {LlamaOptions} from './load.ts'

/**
 * Loads a model in a thread of its own, and warms it (one token is generated) before it resolves. Should the thread end by itself, its
 * answers fail with ENGINE_FAILED, and the next one loads the model again.
 * @throws MODEL_MISSING, MODEL_INVALID, CONFIG_INVALID, ENGINE_UNAVAILABLE, ENGINE_FAILED, CANCELLED
 */
export const openLlama = async ({signal: start, ...options}: LlamaOptions): Promise<LanguageModel> => {
  const data: LlamaThreadData = options
  const thread = restartingThread<LlamaCalls>('./worker', import.meta.url, {name: 'The language model', data})

  async function* chat(messages: ChatMessage[], chatOptions: ChatOptions = {}): AsyncGenerator<ChatDelta> {
    checkChat(messages, chatOptions)
    const {signal, ...others} = chatOptions
    throwIfCancelled(signal)
    const left = new AbortController()
    // The thread does not wait; an answer has only so many pieces.
    const deltas = new Channel<ChatDelta>(Number.POSITIVE_INFINITY)
    const call = {
      signal: signal ? AbortSignal.any([signal, left.signal]) : left.signal,
      onEmit: (delta: ChatDelta) => void deltas.push(delta),
    }
    thread.call('chat', {messages, options: others}, call).then(
      () => deltas.end(),
      error => deltas.fail(error),
    )
    try {
      yield* deltas
    } finally {
      left.abort()
    }
  }

  try {
    const {info, contextTokens, callsTools, requestLimit} = await thread.call('load', undefined, {signal: start})
    return {
      info,
      contextTokens,
      callsTools,
      requestLimit,
      promptTokens: maxTokens => promptTokensOf(contextTokens, maxTokens),
      countTokens: (messages, tools) => thread.call('countTokens', {messages, tools}),
      prepare: (opening, signal) => thread.call('prepare', opening, {signal}),
      chat,
      close: () => thread.close(),
    }
  } catch (error) {
    await thread.close()
    throw error
  }
}
