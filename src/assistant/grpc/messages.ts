import type {EngineInfo} from '../../compute/engine-info.ts'
import {defined} from '../../kit/defined.ts'
import type {ChatFinish, TokenUsage} from '../../llm/port.ts'
import {
  ChatChunk,
  Context,
  FinishReason,
  type GenerationParameters,
  type HealthResponse,
  type UsageStats,
} from '../../rpc/generated/june/llm/llm.ts'
import type {Source} from '../../tools/port.ts'
import type {Assistant, AssistantDelta, AssistantRequest, Sampling} from '../port.ts'

/** The name of the service in its proto. */
export const languageService = 'june.llm.LLMInference'

/** A temperature this low is greedy: no sampler can tell it from 0, which a proto3 client cannot send. */
const greedyBelow = 0.01

/** What a request asks of the model: 0 is "not said", as the proto says. Ranges are checked by the model. */
export const samplingOf = (params: GenerationParameters | undefined): Sampling => {
  const {maxTokens, temperature, topP, topK, repetitionPenalty, stopSequences, seed} = params ?? {}
  return {
    maxTokens: maxTokens || undefined,
    temperature: temperature ? (temperature < greedyBelow ? 0 : rounded(temperature)) : undefined,
    topP: topP ? rounded(topP) : undefined,
    topK: topK ? Math.max(0, topK) : undefined,
    repetitionPenalty: repetitionPenalty ? rounded(repetitionPenalty) : undefined,
    stopSequences: stopSequences?.length ? stopSequences : undefined,
    seed: seed !== undefined && seed > 0 ? seed : undefined,
  }
}

/** A float of the wire as it was meant: 0.7, not 0.699999988079071. */
const rounded = (float: number): number => Number(float.toPrecision(6))

/** The same the other way round. */
export const paramsOf = ({maxTokens, temperature, topP, topK, repetitionPenalty, stopSequences, seed}: Sampling) =>
  defined({
    maxTokens,
    temperature: temperature === 0 ? -1 : temperature,
    topP,
    topK: topK === 0 ? -1 : topK,
    repetitionPenalty,
    stopSequences: stopSequences && [...stopSequences],
    seed,
  })

const finishes: Record<ChatFinish, FinishReason> = {
  stop: FinishReason.STOP,
  length: FinishReason.LENGTH,
  toolCalls: FinishReason.TOOL_CALLS,
}

export const usageOf = ({promptTokens, completionTokens, cachedTokens}: TokenUsage): UsageStats => ({
  promptTokens,
  completionTokens,
  totalTokens: promptTokens + completionTokens,
  promptCacheHits: cachedTokens,
})

export const sourceMessage = ({id, name, page = 0}: Source) => ({id, name, page})

export const contextOf = (request: AssistantRequest): Context =>
  Context.fromPartial({
    userId: request.speaker,
    sessionId: request.session,
    ragDocumentIds: [...(request.documents ?? [])],
    enableTools: request.tools ?? true,
    ...defined({language: request.language, channel: request.channel, written: request.written}),
    ...(request.among && {among: {room: request.among.room, name: request.among.name ?? ''}}),
    ...(request.decision && {decision: {id: request.decision.confirmation, accepted: request.decision.accepted}}),
  })

/** A piece of an answer of June's, as sent; the last one is put together by `finalChunk`. */
export const deltaChunk = ({kind, text}: AssistantDelta): ChatChunk =>
  ChatChunk.fromPartial({role: 'assistant', ...(kind === 'thought' ? {thought: text} : {contentDelta: text})})

/** @param last what the pieces of the answer said of its end, together */
export const finalChunk = (last: Partial<AssistantDelta>, lacks: readonly string[] = []): ChatChunk => {
  const {model, finishReason, confirmation, sources = [], action} = last
  return ChatChunk.fromPartial({
    role: 'assistant',
    isFinal: true,
    finishReason: model ? finishes[model.finish] : FinishReason.STOP,
    finishDetail: finishReason ?? '',
    ...(model ? {usage: usageOf(model.usage), tokensPerSecond: model.usage.tokensPerSecond} : {}),
    ...(confirmation
      ? {
          confirmation: {
            id: confirmation.id,
            question: confirmation.question,
            expiresAtMs: Number(confirmation.expiresAt),
          },
        }
      : {}),
    sources: sources.map(sourceMessage),
    ...(action ? {action} : {}),
    lacks: [...lacks],
  })
}

const finishOf = (reason: FinishReason): ChatFinish =>
  reason === FinishReason.LENGTH ? 'length' : reason === FinishReason.TOOL_CALLS ? 'toolCalls' : 'stop'

/** The last piece of an answer, as it was before it was sent. */
export const lastDelta = (chunk: ChatChunk): AssistantDelta => {
  const {usage, tokensPerSecond, finishReason, finishDetail, confirmation, sources, action} = chunk
  return {
    kind: 'answer',
    text: '',
    finishReason: finishDetail === 'repetition' ? 'repetition' : undefined,
    model: usage && {
      finish: finishOf(finishReason),
      usage: {
        promptTokens: usage.promptTokens,
        completionTokens: usage.completionTokens,
        cachedTokens: usage.promptCacheHits,
        tokensPerSecond,
      },
    },
    confirmation: confirmation && {
      id: confirmation.id,
      question: confirmation.question,
      expiresAt: new Date(confirmation.expiresAtMs),
    },
    sources: sources.length > 0 ? sources.map(({page, ...rest}) => ({...rest, page: page || undefined})) : undefined,
    action: action && actionOf(action),
  }
}

const actionOf = ({kind, level, step}: {kind: string; level?: number | undefined; step?: number | undefined}) =>
  kind === 'volume'
    ? {kind: 'volume' as const, level, step: step === undefined ? undefined : step < 0 ? (-1 as const) : (1 as const)}
    : {kind: 'stop' as const}

export const healthOf = (
  assistant: Assistant | undefined,
  {healthy, ...others}: Pick<HealthResponse, 'version' | 'healthy' | 'model' | 'embedder'>,
): HealthResponse => {
  const {info, mind, lacks = []} = assistant ?? {}
  return {
    ...others,
    healthy: assistant !== undefined && healthy,
    modelName: info?.model ?? '',
    maxContextLength: others.model?.contextTokens ?? 0,
    supportsStreaming: true,
    availableTools: [...(mind?.tools ?? [])],
    engine: info?.engine ?? '',
    device: info?.device ?? '',
    deviceReason: info?.deviceReason ?? '',
    demo: info?.demo ?? '',
    mind: mind !== undefined,
    lacks: [...lacks],
    note: info?.note ?? '',
  }
}

const devices = ['cuda', 'vulkan', 'metal', 'cpu', 'server'] as const

/** @param name where it is, for people */
export const infoFrom = (
  health: Pick<HealthResponse, 'engine' | 'modelName' | 'device' | 'deviceReason' | 'demo' | 'note'>,
  name: string,
): EngineInfo => ({
  engine: health.engine || 'remote',
  model: health.modelName,
  device: devices.find(device => device === health.device) ?? 'cpu',
  deviceReason: `at ${name}${health.deviceReason ? `: ${health.deviceReason}` : ''}`,
  demo: health.demo || undefined,
  note: health.note || undefined,
})
