import {checkChat} from '../../llm/chat-input.ts'
import type {Embedder} from '../../llm/embedding-port.ts'
import type {ChatDelta, ChatMessage, ChatOptions, LanguageModel} from '../../llm/port.ts'
import type {RpcClient} from '../../rpc/client.ts'
import type {ChatRequest, EmbedderInfo, LLMInferenceDefinition, ModelInfo} from '../../rpc/generated/june/llm/llm.ts'
import {closable} from './closable.ts'
import {lastDelta} from './messages.ts'
import {embedderFrom, modelFrom, modelRequest} from './model-messages.ts'
import {callFrom} from './request-messages.ts'

type Client = RpcClient<typeof LLMInferenceDefinition>['client']

/** The bare model of a service, and what embeds there, over the connection of its assistant. Closing one closes no other. */
export const remoteModel = (client: Client, told: ModelInfo, name: string): LanguageModel => {
  const use = closable('The language model has been closed.')

  async function* deltas(request: ChatRequest, signal: AbortSignal): AsyncGenerator<ChatDelta> {
    for await (const chunk of client.chatStream(request, {signal})) {
      if (chunk.thought !== '') yield {kind: 'thought', text: chunk.thought}
      if (chunk.contentDelta !== '') yield {kind: 'answer', text: chunk.contentDelta}
      for (const call of chunk.toolCalls) yield {kind: 'toolCall', text: '', call: callFrom(call, '')}
      const {model} = chunk.isFinal ? lastDelta(chunk) : {}
      if (model) yield {kind: 'end', text: '', ...model}
    }
  }

  return {
    ...modelFrom(told, name),
    countTokens: (messages, tools) =>
      use.run(undefined, async signal => {
        const {tokens} = await client.countTokens(modelRequest(messages, {tools}), {signal})
        return tokens
      }),
    /** The service computes its own opening, when it starts. */
    prepare: (_opening, signal) => use.run(signal, async () => {}),
    async *chat(messages: ChatMessage[], options: ChatOptions = {}) {
      checkChat(messages, options)
      yield* use.stream(options.signal, signal => deltas(modelRequest(messages, options), signal))
    },
    close: use.close,
  }
}

/** @see remoteModel */
export const remoteEmbedder = (client: Client, told: EmbedderInfo, name: string): Embedder => {
  const use = closable('The embedding model has been closed.')
  const {dimension, ...others} = embedderFrom(told, name)
  return {
    ...{...others, dimension},
    embed: (texts, {as, signal: leaving}) =>
      use.run(leaving, async signal => {
        const vectors: Float32Array[] = []
        for (let from = 0; from < texts.length; from += textsAtOnce) {
          const part = texts.slice(from, from + textsAtOnce)
          const {embeddings} = await client.embed({texts: part, model: '', queries: as === 'query'}, {signal})
          for (let at = 0; at < part.length; at++)
            vectors.push(Float32Array.from(embeddings.slice(at * dimension, (at + 1) * dimension)))
        }
        return vectors
      }),
    close: use.close,
  }
}

/** Texts of one call: a service takes a bounded number. */
const textsAtOnce = 256
