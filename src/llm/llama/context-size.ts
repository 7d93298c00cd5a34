import {freemem} from 'node:os'
import type {GgmlType, GgufFileInfo, Llama, LlamaModelOptions} from 'node-llama-cpp'
import {EssenceError} from '../../kit/errors.ts'

type Library = typeof import('node-llama-cpp')

/** How the state of conversations is kept. */
export type KvCacheType = 'f16' | 'q8_0' | 'q4_0'

export interface ContextOptions {
  /** Tokens of context of one conversation. Default 8192; fewer where memory or the model's training asks for it. */
  contextTokens?: number | undefined
  /** Conversations that run at once and whose prefixes are kept. Default 4. */
  conversations?: number | undefined
  /** Default `f16`; a smaller one needs flash attention. */
  kvCache?: KvCacheType | undefined
  /** Default `auto`: where the device can. */
  flashAttention?: 'auto' | 'on' | 'off' | undefined
  /** Stretches the context by YaRN, up to fourfold, where more is wanted than the model was trained for. Default: it does not. */
  yarn?: boolean | undefined
}

/** Share of the free memory (the GPU's, or the machine's) that all conversations together may take; the weights need the rest. */
const share = 0.25

/** What a conversation gets however little memory there is, in tokens: a system prompt and a few exchanges. */
const minTokens = 2048

/** The most that models are published with; beyond it they lose the thread. */
const maxStretch = 4

/** What a model is loaded with, and its context made of. */
export interface ContextPlan {
  /** Of each conversation. */
  tokens: number
  conversations: number
  cacheType: GgmlType
  flashAttention: boolean | 'auto'
  metadataOverrides: LlamaModelOptions['metadataOverrides']
}

/**
 * Plans the context: what is wanted, halved until the caches of all conversations fit their share of the memory, and never more than the
 * model was trained for, or can be stretched to.
 * @throws CONFIG_INVALID
 */
export const planContext = async (
  {GgufInsights, GgmlType}: Pick<Library, 'GgufInsights' | 'GgmlType'>,
  llama: Llama,
  file: GgufFileInfo,
  options: ContextOptions,
): Promise<ContextPlan> => {
  const {contextTokens: wanted = 8192, conversations = 4, kvCache = 'f16', flashAttention = 'auto', yarn} = options
  if (kvCache !== 'f16' && flashAttention === 'off')
    throw new EssenceError('CONFIG_INVALID', `A KV cache of ${kvCache} needs flash attention, which is off.`, {
      suggestions: ['Leave flash attention to the device: LLM_FLASH_ATTENTION=auto', 'Or take LLM_KV_CACHE=f16'],
    })
  const cacheType = {f16: GgmlType.F16, q8_0: GgmlType.Q8_0, q4_0: GgmlType.Q4_0}[kvCache]
  // Its cache cannot be read without.
  const attention = kvCache === 'f16' ? {auto: 'auto' as const, on: true, off: false}[flashAttention] : true
  const insights = await GgufInsights.from(file, llama)
  const free = llama.gpu ? (await llama.getVramState()).free : freemem()
  const needed = async (contextSize: number): Promise<number> => {
    const modelGpuLayers = llama.gpu ? insights.totalLayers : 0
    const {cpuRam, gpuVram} = await insights.estimateContextResourceRequirementsV2({
      contextSize,
      modelGpuLayers,
      sequences: conversations,
      flashAttention: attention,
      kvCacheKeyType: cacheType,
      kvCacheValueType: cacheType,
    })
    return cpuRam + gpuVram
  }
  const trained = insights.trainContextSize ?? wanted
  let tokens = Math.min(wanted, yarn ? trained * maxStretch : trained)
  while (tokens / 2 >= minTokens && (await needed(tokens)) > free * share) tokens = Math.floor(tokens / 2)
  const metadataOverrides = tokens > trained ? stretched(file, trained, tokens) : undefined
  return {tokens, conversations, cacheType, flashAttention: attention, metadataOverrides}
}

/** What makes llama.cpp stretch the positions of a model, as if its file said so. */
const stretched = (
  {metadata}: GgufFileInfo,
  trained: number,
  tokens: number,
): LlamaModelOptions['metadataOverrides'] => {
  // A whole number would be taken for an integer, which llama.cpp does not accept here.
  const factor = tokens / trained + 1e-6
  const scaling = {type: 'yarn', factor, original_context_length: trained}
  // No type of the library's knows a key by the name of the architecture.
  return {
    [metadata.general.architecture]: {context_length: tokens, rope: {scaling}},
  } as unknown as ContextPlan['metadataOverrides']
}

export const defaultMaxTokens = 2048
/** A prompt may fill the context but for so much of it, where the answer may be longer. */
const minAnswerShare = 1 / 4
/** Tokens kept free beside prompt and answer: marks the template puts between them, and the one being computed. */
export const spareTokens = 16

/** Tokens a prompt may have, so that an answer of `maxTokens`, or a good part of one, still fits. */
export const promptTokensOf = (contextTokens: number, maxTokens = defaultMaxTokens): number =>
  contextTokens - spareTokens - Math.min(maxTokens, Math.floor(contextTokens * minAnswerShare))
