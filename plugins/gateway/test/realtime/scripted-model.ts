import {checkChat} from '@essence/core/llm/chat-input'
import {mockLlm} from '@essence/core/llm/mock'
import type {ChatDelta, ChatMessage, ChatOptions, LanguageModel} from '@essence/core/llm/port'

type Said = string | {call: string; arguments: object}

/** A language model that says what a script says to each request, and keeps what it was asked. */
export const scriptedModel = (script: (messages: ChatMessage[], turn: number) => Said) => {
  const asked: {messages: ChatMessage[]; options: ChatOptions}[] = []
  async function* chat(messages: ChatMessage[], options: ChatOptions = {}): AsyncGenerator<ChatDelta> {
    checkChat(messages, options)
    asked.push({messages, options})
    const said = script(messages, asked.length)
    const usage = {promptTokens: 7, completionTokens: 3, cachedTokens: 2, tokensPerSecond: 0}
    if (typeof said === 'string') {
      for (const text of said.match(/\S+\s*/g) ?? []) yield {kind: 'answer', text}
      yield {kind: 'end', text: '', finish: 'stop', usage}
    } else {
      const call = {id: `call_${asked.length}`, name: said.call, arguments: JSON.stringify(said.arguments)}
      yield {kind: 'toolCall', text: '', call}
      yield {kind: 'end', text: '', finish: 'toolCalls', usage}
    }
  }
  const model: LanguageModel = {...mockLlm(), chat}
  return {model, asked}
}
