import {basename} from 'node:path'
import type {EngineInfo} from '../../compute/engine-info.ts'
import {EssenceError, isEssenceError, throwIfCancelled} from '../../kit/errors.ts'
import {backoffMs} from '../../kit/flow/backoff.ts'
import {retry} from '../../kit/flow/retry.ts'
import {checkChat} from '../chat-input.ts'
import type {ChatDelta, ChatMessage, ChatOptions, LanguageModel, ToolDefinition} from '../port.ts'
import {mustCall, offeredTools} from '../tool-input.ts'
import {deltasOf} from './answer.ts'
import {additions, chatBody, type RequestOptions} from './request.ts'
import {findServed} from './served-model.ts'
import {closedModel, modelServer, type ServerOptions} from './server.ts'
import {type Counting, countByServer, estimateTokens} from './token-count.ts'

export interface RemoteModelOptions extends ServerOptions {
  /** Id of the model. Default: `preferred` where it is served, else the first. */
  model?: string | undefined
  preferred?: string | undefined
  /** Tokens of context where the server does not tell. */
  contextTokens: number
  /** Default auto: as the server does. */
  thinking?: 'on' | 'off' | 'auto' | undefined
  /** ms a server may take to load, once it is there. Default 60 000. */
  waitMs?: number | undefined
  /** ms a server may take to be there: a wrong address is told soon. Default 5000. */
  reachMs?: number | undefined
  signal?: AbortSignal | undefined
}

const defaultMaxTokens = 2048
const attempts = 3

const isBusy = (error: unknown): boolean => isEssenceError(error) && error.code === 'ENGINE_BUSY'
const mayPass = (error: unknown): boolean =>
  isBusy(error) || (isEssenceError(error) && error.code === 'REMOTE_UNREACHABLE')
const pause = (failures: number): number => backoffMs(failures, 200, 2000)

/**
 * A language model behind an OpenAI-compatible server: llama-server, vLLM, SGLang, NIM. What conversations share, the server keeps.
 * @throws TOKEN_REJECTED, REMOTE_REFUSED (no such model, or no such server), REMOTE_UNREACHABLE, ENGINE_BUSY (it still loads), TIMED_OUT,
 * CANCELLED
 */
export const openRemoteModel = async (options: RemoteModelOptions): Promise<LanguageModel> => {
  const {signal: opening, waitMs = 60_000, reachMs = 5000, thinking = 'auto'} = options
  const server = modelServer(options)
  const reachedBy = performance.now() + reachMs
  const mayCome = (error: unknown): boolean => isBusy(error) || (mayPass(error) && performance.now() < reachedBy)
  const served = await retry(() => findServed(server, {...options, signal: opening}), {
    ...{withinMs: waitMs, pause, retryable: mayCome, signal: opening},
  }).catch(async error => {
    await server.close()
    throw error
  })
  const contextTokens = served.contextTokens ?? options.contextTokens
  /** What this server was found not to take. */
  const refused = new Set<string>()
  let closed = false
  const assertOpen = (): void => {
    if (closed) throw closedModel()
  }

  const thinks = (tokens?: number): boolean | undefined =>
    tokens === 0 ? false : thinking === 'auto' ? undefined : thinking === 'on'
  const promptTokens = (maxTokens = defaultMaxTokens): number =>
    contextTokens - Math.min(maxTokens, Math.floor(contextTokens / 4))
  const sentTools = (tools: readonly ToolDefinition[] = []) => (refused.has('tools') ? [] : tools)
  const counted = (counting: Counting): Promise<number | undefined> =>
    countByServer(server, served, {...counting, tools: sentTools(counting.tools)})

  /** Tokens the answer may have. Asks the server only where the prompt may be too long. @throws CONTEXT_FULL */
  const roomFor = async (counting: Counting, maxTokens: number): Promise<number> => {
    const most = promptTokens(maxTokens)
    const estimate = estimateTokens(counting)
    if (estimate <= most) return Math.min(maxTokens, contextTokens - estimate)
    const tokens = await counted(counting)
    // An estimate that is too high must not refuse what the server would take.
    if (tokens === undefined) return Math.min(maxTokens, Math.floor(contextTokens / 4))
    if (tokens > most)
      throw new EssenceError(
        'CONTEXT_FULL',
        `The conversation has ${tokens} tokens; ${most} of ${contextTokens} can be used before an answer.`,
      )
    return Math.min(maxTokens, contextTokens - tokens)
  }

  /** The stream, and its first piece: until it is there, it may be asked again. */
  const begin = async (messages: ChatMessage[], asked: RequestOptions) => {
    for (;;) {
      if (refused.has('tools') && mustCall(asked))
        throw new EssenceError('USAGE', `A tool must be called, but the model server ${server.host} takes no tools.`, {
          suggestions: ['Start it with tool calls: llama-server --jinja, vLLM --enable-auto-tool-choice.'],
        })
      const body = chatBody(served, messages, asked, refused)
      const pieces = server.stream('/v1/chat/completions', {body, signal: asked.signal})
      try {
        return {first: await pieces.next(), pieces}
      } catch (error) {
        const unknown = unknownIn(error, body)
        if (unknown === undefined) throw error
        refused.add(unknown)
      }
    }
  }

  async function* chat(messages: ChatMessage[], chatOptions: ChatOptions = {}): AsyncGenerator<ChatDelta> {
    checkChat(messages, chatOptions)
    const {signal, maxTokens = defaultMaxTokens} = chatOptions
    throwIfCancelled(signal)
    assertOpen()
    const {thoughtTokens} = chatOptions
    const counting: Counting = {
      ...{messages, tools: offeredTools(chatOptions), signal},
      thinking: thinks(thoughtTokens),
    }
    const room = await roomFor(counting, maxTokens)
    const asked = {...chatOptions, maxTokens: room, thinking: thinks(thoughtTokens)}
    const begun = await retry(() => begin(messages, asked), {attempts, pause, retryable: mayPass, signal})
    const estimate = async () => (await counted(counting)) ?? estimateTokens(counting)
    for await (const delta of deltasOf(resumed(begun), server.host, estimate)) {
      throwIfCancelled(signal)
      yield delta
    }
  }

  const base: EngineInfo = {
    engine: served.kind,
    // Older versions of llama-server name their model by its path.
    model: served.id.endsWith('.gguf') ? basename(served.id) : served.id,
    device: 'server',
    deviceReason: `at ${server.host}`,
  }
  return {
    get info() {
      return refused.has('tools') ? {...base, note: 'its server does not take tools'} : base
    },
    contextTokens,
    get callsTools() {
      return !refused.has('tools')
    },
    promptTokens,
    async countTokens(messages, tools) {
      assertOpen()
      const counting = {messages, tools, thinking: thinks()}
      return (await counted(counting)) ?? estimateTokens(counting)
    },
    async prepare(_opening, signal) {
      throwIfCancelled(signal)
      assertOpen()
    },
    chat,
    async close() {
      if (closed) return
      closed = true
      await server.close()
    },
  }
}

type Begun = {first: IteratorResult<unknown>; pieces: AsyncGenerator<unknown>}

async function* resumed({first, pieces}: Begun): AsyncGenerator<unknown> {
  try {
    if (!first.done) yield first.value
    yield* pieces
  } finally {
    await pieces.return(undefined)
  }
}

/** The part of a request that the server says it does not know. */
const unknownIn = (error: unknown, body: Record<string, unknown>): string | undefined => {
  if (!isEssenceError(error) || (error.code !== 'REMOTE_REFUSED' && error.code !== 'ENGINE_FAILED')) return undefined
  return Object.keys(additions).find(name => name in body && additions[name]?.test(error.message))
}
