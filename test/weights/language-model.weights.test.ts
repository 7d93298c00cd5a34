import {chatAssistant, defaultSystemPrompt} from '@essence/core/assistant/chat-assistant'
import {openLlama} from '@essence/core/llm/llama/llama'
import {expect, it} from 'vitest'
import {ask} from '../assistant/conformance.ts'
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

for (const [model, what] of [
  [gemma3, 'base model'],
  [miniLM, 'embedding model'],
] as const)
  it.skipIf(model.missing)(`a${what.startsWith('e') ? 'n' : ''} ${what} is refused${model.missing}`, async () => {
    await expect(open(model)).rejects.toMatchObject({code: 'MODEL_INVALID', message: expect.stringContaining(what)})
  })
