import type {LlamaChat, LlamaContextSequence, Token} from 'node-llama-cpp'
import {defined} from '../../kit/defined.ts'
import type {ChatDelta, ChatMessage, ChatOptions} from '../port.ts'
import {historyOf} from './template.ts'

/** A prompt that fits its context. */
export interface Prompt {
  messages: ChatMessage[]
  tokens: Token[]
  /** Tokens the answer may have, thoughts included. */
  maxTokens: number
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
  chat: LlamaChat,
  prompt: Prompt,
  options: ChatOptions,
  signal: AbortSignal,
  onDelta: (delta: ChatDelta) => void,
): Promise<void> => {
  // All but the last: the answer's first token comes of that.
  await evaluatePrompt(chat.sequence, prompt.tokens.slice(0, -1), signal)
  const {temperature = 0.7, topP = 0.95, topK = 40, repetitionPenalty = 1, seed} = options
  const started = new Set<ChatDelta['kind']>()
  await chat.generateResponse(historyOf(prompt.messages), {
    signal,
    maxTokens: prompt.maxTokens,
    temperature,
    topP,
    topK,
    ...defined({seed}),
    repeatPenalty: repetitionPenalty === 1 ? false : {penalty: repetitionPenalty, lastTokens: penaltyWindow},
    onResponseChunk: chunk => {
      const kind = chunk.segmentType === undefined ? 'answer' : 'thought'
      // The library holds a character back until its last byte; what is still broken is a character the model never finished.
      const whole = chunk.text.replaceAll('\uFFFD', '')
      // Templates leave line breaks after marks: they begin neither thought nor answer.
      const text = started.has(kind) ? whole : whole.trimStart()
      if (text === '') return
      started.add(kind)
      onDelta({kind, text})
    },
  })
}

/**
 * Brings the sequence to the end of a prompt, keeping the prefix it already holds. In steps, because llama.cpp notices a signal
 * only after the whole prompt.
 */
export const evaluatePrompt = async (
  sequence: LlamaContextSequence,
  tokens: Token[],
  signal?: AbortSignal,
): Promise<void> => {
  await sequence.adaptStateToTokens(tokens, false)
  const step = sequence.model.gpuLayers > 0 ? promptStep.gpu : promptStep.cpu
  while (sequence.nextTokenIndex < tokens.length) {
    signal?.throwIfAborted()
    const from = sequence.nextTokenIndex
    await sequence.evaluateWithoutGeneratingNewTokens(tokens.slice(from, from + step))
  }
  signal?.throwIfAborted()
}
