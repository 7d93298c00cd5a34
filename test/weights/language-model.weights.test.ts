import {chatAssistant, defaultSystemPrompt} from '@essence/core/assistant/chat-assistant'
import {openLlama} from '@essence/core/llm/llama/llama'
import type {ChatMessage} from '@essence/core/llm/port'
import {expect, it} from 'vitest'
import {ask} from '../assistant/conformance.ts'
import {collected} from '../collected.ts'
import {answerOf, callsOf, endOf, say, weatherTool} from '../llm/conformance.ts'
import {gemma3, miniLM, smolLM2} from './published.ts'

const open = ({path}: {path: string}) =>
  openLlama({modelPath: path, threads: 1, device: {backend: 'cpu'}, contextTokens: 2048})

it.skipIf(smolLM2.missing)(`an instruct model answers, and has no thoughts to tell of${smolLM2.missing}`, async () => {
  const llm = await open(smolLM2)
  const assistant = chatAssistant(llm, {sampling: {temperature: 0, maxTokens: 400}})
  try {
    expect(llm.info.note).toBeUndefined()
    await llm.prepare({messages: [{role: 'system', content: defaultSystemPrompt}]})
    // Bare, it says one sentence until the tokens are spent.
    const answer = await ask(assistant, 'Tell me about cats.')
    expect(answer).not.toBe('')
    const sentences = answer.split(/(?<=[.!?])\s+/)
    const most = Math.max(...sentences.map(one => sentences.filter(each => each === one).length))
    expect(most).toBeLessThan(4)
  } finally {
    await assistant.close()
  }
})

it.skipIf(smolLM2.missing)(`tools, stop sequences and usage hold for a real model${smolLM2.missing}`, async () => {
  const llm = await open(smolLM2)
  try {
    const question = say('List three animals, one on each line.')
    const answer = await collected(llm.chat(question, {temperature: 0, maxTokens: 60}))
    const stopped = await collected(llm.chat(question, {temperature: 0, maxTokens: 60, stopSequences: ['\n']}))
    expect(answerOf(answer)).toContain('\n')
    expect(answerOf(stopped)).toBe(answerOf(answer).split('\n')[0])
    expect(endOf(stopped)).toMatchObject({finish: 'stop', usage: {promptTokens: endOf(answer).usage.promptTokens}})

    const tools = [weatherTool]
    const opening: ChatMessage[] = [{role: 'system', content: 'You are June.'}]
    await llm.prepare({messages: opening, tools})
    for (const conversation of ['a', 'b']) {
      const messages = [...opening, ...say('What is the weather in Oslo?')]
      const deltas = await collected(llm.chat(messages, {tools, conversation, temperature: 0, maxTokens: 80}))
      const {promptTokens, cachedTokens} = endOf(deltas).usage
      expect(promptTokens - cachedTokens).toBeLessThan(30)
      // So small a model may call or not; what it calls is held to the schema.
      for (const call of callsOf(deltas)) expect(JSON.parse(call.arguments)).toMatchObject({place: expect.any(String)})
    }
  } finally {
    await llm.close()
  }
})

for (const [model, what] of [
  [gemma3, 'base model'],
  [miniLM, 'embedding model'],
] as const)
  it.skipIf(model.missing)(`a${what.startsWith('e') ? 'n' : ''} ${what} is refused${model.missing}`, async () => {
    await expect(open(model)).rejects.toMatchObject({code: 'MODEL_INVALID', message: expect.stringContaining(what)})
  })
