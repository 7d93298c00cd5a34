// What is decided on published weights; they are no part of a fresh clone, and where they are missing, the test says that it was skipped.
import {existsSync} from 'node:fs'
import {userInfo} from 'node:os'
import {join} from 'node:path'
import {chatAssistant, defaultSystemPrompt} from '@essence/core/assistant/chat-assistant'
import {openLlama} from '@essence/core/llm/llama/llama'
import {expect, it} from 'vitest'
import {ask} from '../assistant/conformance.ts'

const weights = join(userInfo().homedir, '.cache/june-weights')
const missing = existsSync(weights) ? '' : ' (missing: published weights)'

const open = (file: string) =>
  openLlama({modelPath: join(weights, file), threads: 1, device: {backend: 'cpu'}, contextTokens: 2048})

it.skipIf(missing)(`an instruct model answers, and has no thoughts to tell of${missing}`, async () => {
  const llm = await open('llm/SmolLM2-135M-Instruct.Q4_1.gguf')
  const assistant = chatAssistant(llm, {sampling: {temperature: 0, maxTokens: 400}})
  try {
    expect(llm.info.note).toBeUndefined()
    await llm.prepare([{role: 'system', content: defaultSystemPrompt}])
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

it.skipIf(missing).each([
  ['llm/gemma-3-270m-q4_k_m.gguf', 'base model'],
  ['embedding/all-MiniLM-L6-v2-f16.gguf', 'embedding model'],
])(`%s is refused: %s${missing}`, async (file, what) => {
  await expect(open(file)).rejects.toMatchObject({code: 'MODEL_INVALID', message: expect.stringContaining(what)})
})
