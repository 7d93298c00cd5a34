import {freemem} from 'node:os'
import type {GgufFileInfo, Llama} from 'node-llama-cpp'

type Library = typeof import('node-llama-cpp')

/** Share of the free memory (the GPU's, or the machine's) that all conversations together may take; the weights need the rest. */
const share = 0.25

/** What a conversation gets however little memory there is, in tokens: a system prompt and a few exchanges. */
const minTokens = 2048

/**
 * Tokens of context for each conversation: what is wanted, halved until the caches of all of them fit their share of the
 * memory, and never more than the model was trained for.
 */
export const fittingContext = async (
  {GgufInsights}: Pick<Library, 'GgufInsights'>,
  llama: Llama,
  file: GgufFileInfo,
  wanted: number,
  conversations: number,
): Promise<number> => {
  const insights = await GgufInsights.from(file, llama)
  const free = llama.gpu ? (await llama.getVramState()).free : freemem()
  const needed = async (contextSize: number): Promise<number> => {
    const modelGpuLayers = llama.gpu ? insights.totalLayers : 0
    const {cpuRam, gpuVram} = await insights.estimateContextResourceRequirementsV2({
      contextSize,
      modelGpuLayers,
      sequences: conversations,
    })
    return cpuRam + gpuVram
  }
  let tokens = Math.min(wanted, insights.trainContextSize ?? wanted)
  while (tokens / 2 >= minTokens && (await needed(tokens)) > free * share) tokens = Math.floor(tokens / 2)
  return tokens
}

export const defaultMaxTokens = 2048
/** A prompt may fill the context but for so much of it, where the answer may be longer. */
const minAnswerShare = 1 / 4
/** Tokens kept free beside prompt and answer: marks the template puts between them, and the one being computed. */
export const spareTokens = 16

/** Tokens a prompt may have, so that an answer of `maxTokens`, or a good part of one, still fits. */
export const promptTokensOf = (contextTokens: number, maxTokens = defaultMaxTokens): number =>
  contextTokens - spareTokens - Math.min(maxTokens, Math.floor(contextTokens * minAnswerShare))
