import {performance} from 'node:perf_hooks'
import {EssenceError} from '../../kit/errors.ts'
import type {Embedder} from '../../llm/embedding-port.ts'
import type {TokenUsage} from '../../llm/port.ts'
import {
  type ChatChunk,
  type ChatRequest,
  ChatRequest as ChatRequests,
  type GenerationRequest,
  LLMInferenceDefinition,
  type LLMInferenceServiceImplementation,
} from '../../rpc/generated/june/llm/llm.ts'
import {besideService, type RpcServer, type RpcServerOptions, startRpcServer} from '../../rpc/server.ts'
import type {Sampling} from '../port.ts'
import {conversationAnswer, modelAnswer, promptLength, type ServedMind, wholeAnswer} from './answers.ts'
import {liveAnswer} from './live-server.ts'
import {healthOf, languageService} from './messages.ts'
import {mindDefinition, mindService, serveMind} from './mind-server.ts'
import {embedderInfo, modelInfo} from './model-messages.ts'

/** Characters of a prompt, or of all messages: far more than any context has, and quickly refused. */
const maxPromptLength = 4_000_000

/** Texts embedded by one call. */
const maxTexts = 2048

export interface ServedEngines extends ServedMind {
  embedder: Embedder | undefined
}

export interface LanguageServerOptions
  extends Omit<
    RpcServerOptions<typeof LLMInferenceDefinition>,
    'definition' | 'service' | 'implementation' | 'beside' | 'check' | 'limit'
  > {
  /** What answers, once it is warm. */
  engines: () => ServedEngines | undefined
  version: string
  /** Whether it works. Default: it does. */
  healthy?: (() => boolean) | undefined
  /** How the bare model writes where a request does not say. */
  sampling?: Sampling | undefined
  /** Bytes of a document. */
  maxDocumentBytes: number
  /** ms after which a client that sends nothing and does not end its stream is given up. */
  idleMs: number
  /** Called for each answer: ms to its first piece, and what it took, where a model answered. */
  onAnswered?: ((answered: {firstMs: number; usage: TokenUsage | undefined}) => void) | undefined
}

/**
 * Serves June as `june.llm.LLMInference`, and what she knows as `june.mind.Mind`.
 * @throws PORT_IN_USE, CONFIG_INVALID
 */
export const serveAssistant = async ({
  engines,
  version,
  healthy = () => true,
  sampling = {},
  maxDocumentBytes,
  idleMs,
  onAnswered = () => {},
  ...server
}: LanguageServerOptions): Promise<RpcServer> => {
  const warm = (): ServedEngines => {
    const opened = engines()
    if (!opened) throw new EssenceError('ENGINE_UNAVAILABLE', 'The service is still starting.')
    return opened
  }

  const answer = (request: ChatRequest, signal: AbortSignal): AsyncGenerator<ChatChunk> => {
    const opened = warm()
    checkLength(request.messages)
    const {context} = request
    return measured(
      context?.sessionId
        ? conversationAnswer(opened, {...request, context}, signal)
        : modelAnswer(opened, request, sampling, signal),
    )
  }

  async function* measured(chunks: AsyncIterable<ChatChunk>): AsyncGenerator<ChatChunk> {
    const started = performance.now()
    let firstMs: number | undefined
    for await (const chunk of chunks) {
      firstMs ??= performance.now() - started
      if (chunk.isFinal) onAnswered({firstMs, usage: spentOf(chunk)})
      yield chunk
    }
  }

  /** A prompt as the only message; a session is nothing to it. */
  const asChat = ({prompt, params, context}: GenerationRequest): ChatRequest => {
    const messages = [{role: 'user', content: prompt}]
    return ChatRequests.fromPartial({messages, ...{params, context: context && {...context, sessionId: ''}}})
  }

  const implementation: LLMInferenceServiceImplementation = {
    async *generateStream(request, {signal}) {
      let index = 0
      for await (const {contentDelta: token, ...rest} of answer(asChat(request), signal)) {
        yield {...rest, token, index: index++, logprob: 0}
      }
    },
    async generate(request, {signal}) {
      const {contentDelta: text, ...rest} = await wholeAnswer(answer(asChat(request), signal))
      return {...rest, text, tokensGenerated: rest.usage?.completionTokens ?? 0}
    },
    chatStream: (request, {signal}) => answer(request, signal),
    converse: (requests, {signal}) => measured(liveAnswer(warm(), requests, signal)),
    async chat(request, {signal}) {
      const {contentDelta: content, role, toolCalls, ...rest} = await wholeAnswer(answer(request, signal))
      const message = {role, content, name: '', functionCall: undefined, toolCalls, toolCallId: ''}
      return {...rest, message, tokensGenerated: rest.usage?.completionTokens ?? 0}
    },
    async embed({texts, model, queries}, {signal}) {
      const {embedder} = warm()
      if (!embedder) {
        throw new EssenceError('ENGINE_UNAVAILABLE', 'No embedding model is installed here.', {
          suggestions: ['Install the one that EMBEDDING_MODEL names: essence models download'],
        })
      }
      if (model !== '' && model !== embedder.model && model !== embedder.info.model) {
        throw new EssenceError(
          'USAGE',
          `The embedding model "${model.slice(0, 80)}" is not here; ${embedder.model} is.`,
          {
            suggestions: ['Leave the model out to use it.'],
          },
        )
      }
      if (texts.length > maxTexts) {
        throw new EssenceError('USAGE', `There are ${texts.length} texts; at most ${maxTexts} are embedded at once.`)
      }
      const vectors = texts.length > 0 ? await embedder.embed(texts, {as: queries ? 'query' : 'passage', signal}) : []
      return {embeddings: vectors.flatMap(vector => [...vector]), dimension: embedder.dimension}
    },
    async healthCheck() {
      const {assistant, llm, embedder} = engines() ?? {}
      const models = {model: llm && modelInfo(llm), embedder: embedder && embedderInfo(embedder)}
      return healthOf(assistant, {version, healthy: healthy(), ...models})
    },
    async countTokens(request, {signal}) {
      const opened = warm()
      checkLength(request.messages)
      return {tokens: await promptLength(opened, request, signal)}
    },
  }

  const stopping = new AbortController()
  const mind = serveMind({assistant: () => warm().assistant, maxDocumentBytes, idleMs, stopping: stopping.signal})
  const rpc = await startRpcServer({
    ...server,
    definition: LLMInferenceDefinition,
    service: languageService,
    implementation,
    beside: [besideService(mindDefinition, mindService, mind)],
    limit: () => engines()?.llm?.requestLimit ?? Number.POSITIVE_INFINITY,
  })
  return {
    ...rpc,
    drain(deadline) {
      // Those who wait for reminders would wait for ever.
      stopping.abort()
      return rpc.drain(deadline)
    },
  }
}

const checkLength = (messages: ChatRequest['messages']): void => {
  const length = messages.reduce((sum, {content}) => sum + content.length, 0)
  if (length <= maxPromptLength) return
  throw new EssenceError('CONTEXT_FULL', `The messages have ${length} characters; at most ${maxPromptLength} are read.`)
}

const spentOf = ({usage, tokensPerSecond}: ChatChunk): TokenUsage | undefined =>
  usage && {
    promptTokens: usage.promptTokens,
    completionTokens: usage.completionTokens,
    cachedTokens: usage.promptCacheHits,
    tokensPerSecond,
  }
