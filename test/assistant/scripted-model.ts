import {throwIfCancelled} from '@essence/core/kit/errors'
import {mockLlm} from '@essence/core/llm/mock'
import type {ChatDelta, ChatMessage, ChatOptions, LanguageModel} from '@essence/core/llm/port'

/** What the model does next: says something, or has tools called. */
export type Move = string | {call: string; with?: object | undefined}[]

export interface ScriptedModel extends LanguageModel {
  /** The prompts, in their order, and how each was asked. */
  readonly asked: {messages: ChatMessage[]; options: ChatOptions}[]
}

/** A language model that does what a script says; each word is a token, as the mock counts them. */
export const scriptedModel = (
  move: (messages: ChatMessage[], options: ChatOptions) => Move,
  contextTokens?: number,
): ScriptedModel => {
  const words = mockLlm({contextTokens})
  const asked: ScriptedModel['asked'] = []
  let calls = 0
  return {
    ...words,
    asked,
    async *chat(messages, options = {}): AsyncGenerator<ChatDelta> {
      asked.push({messages: [...messages], options})
      const next = move(messages, options)
      if (typeof next === 'string') {
        yield* mockLlm({contextTokens, reply: () => next}).chat(messages, options)
        return
      }
      throwIfCancelled(options.signal)
      for (const {call: name, with: input = {}} of next)
        yield {kind: 'toolCall', text: '', call: {id: `call-${++calls}`, name, arguments: JSON.stringify(input)}}
      const usage = {promptTokens: await words.countTokens(messages), completionTokens: 1, cachedTokens: 0}
      yield {kind: 'end', text: '', finish: 'toolCalls', usage: {...usage, tokensPerSecond: 0}}
    },
  }
}
