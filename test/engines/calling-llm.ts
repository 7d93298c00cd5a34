import {mockLlm} from '@essence/core/llm/mock'
import type {ChatMessage, LanguageModel} from '@essence/core/llm/port'

/** What the model of a script does next: writes, or calls a tool. */
export type Scripted = string | {name: string; arguments: object}

/** A language model that writes, and calls, what a script says to each prompt; `asked` keeps the prompts. */
export const callingLlm = (script: (messages: ChatMessage[]) => Scripted): LanguageModel & {asked: ChatMessage[][]} => {
  const asked: ChatMessage[][] = []
  const llm = mockLlm()
  let calls = 0
  return {
    ...llm,
    asked,
    async *chat(messages, options) {
      asked.push(messages)
      const step = script(messages)
      if (typeof step === 'string') return yield* mockLlm({reply: () => step}).chat(messages, options)
      const call = {id: `call-${++calls}`, name: step.name, arguments: JSON.stringify(step.arguments)}
      yield {kind: 'toolCall', text: '', call}
      const usage = {promptTokens: 1, completionTokens: 1, cachedTokens: 0, tokensPerSecond: 0}
      yield {kind: 'end', text: '', finish: 'toolCalls', usage}
    },
  }
}
