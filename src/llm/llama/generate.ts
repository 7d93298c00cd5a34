import {randomUUID} from 'node:crypto'
import type {
  LLamaChatGenerateResponseOptions,
  LlamaChatResponse,
  LlamaContextSequence,
  LlamaGrammar,
  Token,
} from 'node-llama-cpp'
import {defined} from '../../kit/defined.ts'
import type {ChatDelta, ChatFinish, ChatOptions, ToolCall} from '../port.ts'
import {withoutAbsent} from './functions.ts'
import type {WrittenCall, WrittenCalls} from './history.ts'
import type {RenderedPrompt} from './template.ts'

type Library = typeof import('node-llama-cpp')

/** A prompt that fits its context. */
export interface Prompt extends RenderedPrompt {
  /** Tokens the answer may have, thoughts included. */
  maxTokens: number
}

export interface GenerateOptions
  extends Pick<ChatOptions, 'temperature' | 'topP' | 'topK' | 'seed' | 'parallelToolCalls'> {
  /** What the answer is held to; not beside functions. */
  grammar?: LlamaGrammar | undefined
  repetitionPenalty?: number | undefined
  stopSequences?: readonly string[] | undefined
  thoughtTokens?: number | undefined
  signal: AbortSignal
  onDelta: (delta: ChatDelta) => void
  /** Where calls are noted as the model wrote them. */
  written: WrittenCalls
}

/**
 * Tokens evaluated between two looks at the abort signal: a long prompt on a CPU takes minutes. Smaller steps cost a GPU much of its
 * speed, and a CPU none down to these.
 */
const promptStep = {gpu: 256, cpu: 64}
/** How far back the repetition penalty looks, in tokens. */
const penaltyWindow = 64

/** Writes one answer on a sequence, which keeps the conversation's tokens for the next turn. Throws the signal's reason. */
export const generate = async (
  {LlamaChat}: Library,
  sequence: LlamaContextSequence,
  prompt: Prompt,
  options: GenerateOptions,
): Promise<void> => {
  const {signal, onDelta} = options
  // All but the last: the answer's first token comes of that.
  const cachedTokens = await evaluatePrompt(sequence, prompt.tokens.slice(0, -1), signal)
  const writtenBefore = sequence.tokenMeter.usedOutputTokens
  const began = performance.now()
  const chat = new LlamaChat({contextSequence: sequence, chatWrapper: prompt.wrapper, autoDisposeSequence: false})
  try {
    const {metadata} = await chat.generateResponse(prompt.history, {
      ...samplingOf(options),
      ...wordsOf(prompt, options),
      signal,
      maxTokens: prompt.maxTokens,
      onResponseChunk: deltasOf(onDelta),
    })
    const completionTokens = sequence.tokenMeter.usedOutputTokens - writtenBefore
    const tokensPerSecond = completionTokens / Math.max((performance.now() - began) / 1000, Number.EPSILON)
    const usage = {promptTokens: prompt.tokens.length, completionTokens, cachedTokens, tokensPerSecond}
    onDelta({kind: 'end', text: '', finish: finishOf(metadata.stopReason), usage})
  } finally {
    chat.dispose()
  }
}

const finishOf = (reason: LlamaChatResponse['metadata']['stopReason']): ChatFinish =>
  reason === 'functionCalls' ? 'toolCalls' : reason === 'maxTokens' ? 'length' : 'stop'

const samplingOf = (options: GenerateOptions) => {
  const {temperature = 0.7, topP = 0.95, topK = 40, repetitionPenalty = 1, seed, stopSequences, thoughtTokens} = options
  return {
    temperature,
    topP,
    topK,
    ...defined({seed, customStopTriggers: stopSequences}),
    repeatPenalty: repetitionPenalty === 1 ? (false as const) : {penalty: repetitionPenalty, lastTokens: penaltyWindow},
    ...(thoughtTokens === undefined ? {} : {budgets: {thoughtTokens, commentTokens: Number.POSITIVE_INFINITY}}),
  }
}

/** The library's own type of this goes astray over functions that are not known beforehand. */
type WrittenFunctionCall = {functionName: string; params?: unknown; raw: NonNullable<WrittenCall['rawCall']>}

/** What an answer may be made of. */
const wordsOf = ({functions}: Prompt, {onDelta, written, grammar, parallelToolCalls}: GenerateOptions) => {
  if (functions === undefined) return defined({grammar})
  return {
    functions,
    ...(parallelToolCalls === false && {maxParallelFunctionCalls: 1}),
    onFunctionCall: ({functionName: name, params = {}, raw}: WrittenFunctionCall) => {
      const schema = functions[name]?.schema ?? {}
      const call: ToolCall = {
        id: `call_${randomUUID()}`,
        name,
        arguments: JSON.stringify(withoutAbsent(params, schema, schema)),
      }
      written.add(call, {params, rawCall: raw})
      onDelta({kind: 'toolCall', text: '', call})
    },
  }
}

const deltasOf = (
  onDelta: GenerateOptions['onDelta'],
): NonNullable<LLamaChatGenerateResponseOptions['onResponseChunk']> => {
  const started = new Set<ChatDelta['kind']>()
  return chunk => {
    const kind = chunk.segmentType === undefined ? 'answer' : 'thought'
    // The library holds a character back until its last byte; what is still broken is a character the model never finished.
    const whole = chunk.text.replaceAll('\uFFFD', '')
    // Templates leave line breaks after marks: they begin neither thought nor answer.
    const text = started.has(kind) ? whole : whole.trimStart()
    if (text === '') return
    started.add(kind)
    onDelta({kind, text})
  }
}

/**
 * Brings the sequence to the end of a prompt, keeping the prefix it already holds, whose tokens it counts. In steps, because llama.cpp
 * notices a signal only after the whole prompt.
 */
export const evaluatePrompt = async (
  sequence: LlamaContextSequence,
  tokens: Token[],
  signal?: AbortSignal,
): Promise<number> => {
  await sequence.adaptStateToTokens(tokens, false)
  const kept = sequence.nextTokenIndex
  const step = sequence.model.gpuLayers > 0 ? promptStep.gpu : promptStep.cpu
  while (sequence.nextTokenIndex < tokens.length) {
    signal?.throwIfAborted()
    const from = sequence.nextTokenIndex
    await sequence.evaluateWithoutGeneratingNewTokens(tokens.slice(from, from + step))
  }
  signal?.throwIfAborted()
  return kept
}
