import {chatAssistant, defaultSystemPrompt} from '@essence/core/assistant/chat-assistant'
import {openFastPath} from '@essence/core/assistant/fast-path/fast-path'
import {openLlama} from '@essence/core/llm/llama/llama'
import type {ChatMessage} from '@essence/core/llm/port'
import {openMemory} from '@essence/core/memory/memory'
import {openStore} from '@essence/core/store/open'
import {expect, it} from 'vitest'
import {ask} from '../assistant/conformance.ts'
import {collected} from '../collected.ts'
import {answerOf, callsOf, endOf, say, weatherTool} from '../llm/conformance.ts'
import {temporaryFolder} from '../temporary-folder.ts'
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

it.skipIf(smolLM2.missing)(
  `a conversation with a real model goes on after a restart, with facts as they are now${smolLM2.missing}`,
  async () => {
    const dataDir = temporaryFolder()
    const asked: ChatMessage[][] = []
    /** One process: all of it is opened, asked, and closed. */
    const inProcess = async (texts: readonly string[]): Promise<string[]> => {
      const store = await openStore({dataDir})
      const memory = openMemory({store})
      const llm = await open(smolLM2)
      const chat: typeof llm.chat = (messages, options) => {
        asked.push(messages)
        return llm.chat(messages, options)
      }
      const sampling = {temperature: 0, maxTokens: 40}
      const fastPath = openFastPath({memory})
      const assistant = chatAssistant({...llm, chat}, {memory, fastPath, sampling})
      const answers: string[] = []
      try {
        for (const text of texts) answers.push(await ask(assistant, text))
      } finally {
        await memory.close()
        await store.close()
        await llm.close()
      }
      return answers
    }
    const [first = ''] = await inProcess(['I live in Paris', 'I moved to Lyon'])
    const [known, answer] = await inProcess(['What do you know about me?', 'In which city do I live?'])
    expect(known).toBe('This is what I know about you: Lives in Lyon.')
    expect(answer).toContain('Lyon')
    expect(asked.at(-1)).toContainEqual({role: 'assistant', content: first})
  },
)
