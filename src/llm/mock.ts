import {randomUUID} from 'node:crypto'
import type {EngineInfo} from '../compute/engine-info.ts'
import {EssenceError, throwIfCancelled} from '../kit/errors.ts'
import {checkChat} from './chat-input.ts'
import type {ChatDelta, ChatMessage, ChatOptions, LanguageModel} from './port.ts'
import {exampleOf} from './schema-example.ts'
import {mustCall, offeredTools} from './tool-input.ts'

export interface MockLlmOptions {
  /** What it answers. Default: `[mock] ` and the last message. */
  reply?: ((messages: ChatMessage[]) => string) | undefined
  /** What it thinks before each answer. Default: nothing. */
  thought?: string | undefined
  /** Awaited before every delta, so that a test decides how slow the model is, or fails. */
  beforeDelta?: ((delta: ChatDelta) => Promise<void> | void) | undefined
  /** Default 4096, each word a token. */
  contextTokens?: number | undefined
}

const info: EngineInfo = {
  engine: 'mock',
  model: 'mock',
  device: 'cpu',
  deviceReason: 'a mock computes nothing',
  demo: 'The language model is a mock: it repeats what it hears.',
}

/**
 * A language model that repeats the last message, one delta per word. Same input, same output. Where a tool must be called, or the answer fit
 * a schema, it writes an example of what the schema says.
 */
export const mockLlm = (options: MockLlmOptions = {}): LanguageModel => {
  const {reply = messages => `[mock] ${messages.at(-1)?.content}`, thought = '', contextTokens = 4096} = options
  let closed = false
  const assertOpen = (): void => {
    if (closed) throw new EssenceError('ENGINE_UNAVAILABLE', 'The language model has been closed.')
  }

  async function* chat(messages: ChatMessage[], chatOptions: ChatOptions = {}): AsyncGenerator<ChatDelta> {
    checkChat(messages, chatOptions)
    const {signal, maxTokens = Number.POSITIVE_INFINITY, stopSequences = []} = chatOptions
    throwIfCancelled(signal)
    assertOpen()
    if (countOf(messages) > contextTokens)
      throw new EssenceError(
        'CONTEXT_FULL',
        `The message is too long for the language model: ${contextTokens} words fit.`,
      )
    const deltas: ChatDelta[] = [
      ...words(thought).map(text => ({kind: 'thought' as const, text})),
      ...(callOf(chatOptions) ??
        words(beforeAny(jsonOf(chatOptions) ?? reply(messages), stopSequences)).map(text => ({
          kind: 'answer' as const,
          text,
        }))),
    ]
    const written = deltas.slice(0, maxTokens)
    for (const delta of written) {
      await options.beforeDelta?.(delta)
      throwIfCancelled(signal)
      yield delta
    }
    throwIfCancelled(signal)
    const usage = {
      promptTokens: countOf(messages),
      completionTokens: written.length,
      cachedTokens: 0,
      tokensPerSecond: 0,
    }
    const whole = written.at(-1)?.kind === 'toolCall' ? 'toolCalls' : 'stop'
    yield {kind: 'end', text: '', finish: written.length < deltas.length ? 'length' : whole, usage}
  }

  return {
    info,
    contextTokens,
    promptTokens: () => contextTokens,
    async countTokens(messages) {
      assertOpen()
      return countOf(messages)
    },
    async prepare(_opening, signal) {
      throwIfCancelled(signal)
      assertOpen()
    },
    chat,
    close: async () => {
      closed = true
    },
  }
}

/** The call of the first tool, where one is a must. */
const callOf = (options: ChatOptions): ChatDelta[] | undefined => {
  const [tool] = mustCall(options) ? offeredTools(options) : []
  if (!tool) return undefined
  const call = {id: `call_${randomUUID()}`, name: tool.name, arguments: JSON.stringify(exampleOf(tool.parameters))}
  return [{kind: 'toolCall', text: '', call}]
}

const jsonOf = ({responseSchema, responseJson}: ChatOptions): string | undefined => {
  if (responseSchema) return JSON.stringify(exampleOf(responseSchema))
  return responseJson ? '{"mock": true}' : undefined
}

const countOf = (messages: readonly ChatMessage[]): number =>
  messages.reduce((sum, {content}) => sum + words(content).length, 0)

/** A text up to the first of these. */
const beforeAny = (text: string, stops: readonly string[]): string =>
  text.slice(0, Math.min(text.length, ...stops.map(each => text.indexOf(each)).filter(at => at >= 0)))

/** A text cut after each word; the pieces joined are the text. */
const words = (text: string): string[] => text.match(/\s*\S+\s*/g) ?? []
