import type {Embedder} from '../../llm/embedding-port.ts'
import type {LanguageModel} from '../../llm/port.ts'
import {openRpcClient, type RpcClientOptions, whenHealthy} from '../../rpc/client.ts'
import {ChatRequest, LLMInferenceDefinition} from '../../rpc/generated/june/llm/llm.ts'
import type {Assistant, AssistantDelta, AssistantRequest} from '../port.ts'
import {closable} from './closable.ts'
import {liveAnswer} from './live-client.ts'
import {contextOf, infoFrom, languageService, lastDelta, paramsOf} from './messages.ts'
import {openMindClient} from './mind-client.ts'
import {remoteEmbedder, remoteModel} from './model-client.ts'

export interface RemoteAssistantOptions
  extends Pick<RpcClientOptions, 'url' | 'key' | 'keepaliveMs' | 'keepaliveTimeoutMs' | 'credentials'> {
  /** ms to wait for the service to be ready. Default: a minute, and as long as it says that it is loading. */
  waitMs?: number | undefined
  /** Called once, when the service has to be waited for. */
  onWait?: ((message: string) => void) | undefined
  signal?: AbortSignal | undefined
}

/** June elsewhere, and the models behind her. */
export interface RemoteMind {
  /** Closing it closes all. */
  assistant: Assistant
  /** Absent where a stand-in answers, or a service that does not tell of its model. */
  llm: LanguageModel | undefined
  embedder: Embedder | undefined
}

/** @see openRemoteMind */
export const openRemoteAssistant = async (options: RemoteAssistantOptions): Promise<Assistant> =>
  (await openRemoteMind(options)).assistant

/**
 * June at a URL (LLM_URL): the ports, her mind included, spoken over gRPC. Resolves when the service is healthy; afterwards it
 * connects again by itself, and a call that cannot be made is REMOTE_UNREACHABLE, which is worth another try.
 * @throws CONFIG_INVALID, REMOTE_UNREACHABLE, TOKEN_MISSING, TOKEN_REJECTED, CANCELLED
 */
export const openRemoteMind = async (options: RemoteAssistantOptions): Promise<RemoteMind> => {
  const {waitMs, onWait, signal: opening} = options
  const connection = {...options, variable: 'LLM_URL', defaultPort: 50_051, name: 'The language model service'}
  const rpc = openRpcClient(LLMInferenceDefinition, languageService, connection)
  const {client, name} = rpc
  const use = closable('The assistant has been closed.')
  const ask = async (signal: AbortSignal) => {
    const health = await client.healthCheck({}, {signal})
    return health.healthy ? health : undefined
  }
  const health = await whenHealthy(name, ask, {signal: opening, waitMs, onWait}).catch(error => {
    rpc.close()
    throw error
  })
  let lacks: readonly string[] = health.lacks
  const mind = openMindClient(connection, {tools: health.availableTools, closing: use.closing})

  async function* answer(request: AssistantRequest, signal: AbortSignal): AsyncGenerator<AssistantDelta> {
    const asked = ChatRequest.fromPartial({
      messages: [{role: 'user', content: request.text}],
      context: contextOf(request),
      ...(request.sampling ? {params: paramsOf(request.sampling)} : {}),
    })
    const {live} = request
    for await (const chunk of live
      ? liveAnswer(client, asked, live, use.closing)
      : client.chatStream(asked, {signal})) {
      if (chunk.thought !== '') yield {kind: 'thought', text: chunk.thought}
      if (chunk.contentDelta !== '') yield {kind: 'answer', text: chunk.contentDelta}
      if (!chunk.isFinal) continue
      lacks = chunk.lacks
      yield lastDelta(chunk)
    }
  }

  const llm = health.model && remoteModel(client, health.model, options.url)
  const embedder = health.embedder && remoteEmbedder(client, health.embedder, options.url)
  const assistant: Assistant = {
    info: infoFrom(health, options.url),
    mind: health.mind ? mind.mind : undefined,
    // As of its last answer.
    get lacks() {
      return lacks
    },
    reply: request => use.stream(request.signal, signal => answer(request, signal)),
    forget: (session, speaker) => mind.forget(session, speaker),
    async close() {
      await Promise.all([use.close(), llm?.close(), embedder?.close()])
      mind.close()
      rpc.close()
    },
  }
  return {assistant, llm, embedder}
}
