// One budget: the assistant trims by the engine's own count, so that the engine is never asked for more than it holds, and mostly for what
// it has computed before.
import {chatAssistant} from '@essence/core/assistant/chat-assistant'
import {afterAll, expect, it} from 'vitest'
import {modelFolder} from '../llm/llama/test-model.ts'
import {ask} from './conformance.ts'

const models = modelFolder()
afterAll(() => models.close())

it('a conversation goes on for longer than the context, and seldom costs more than what is new', async () => {
  const llm = await models.tiny(
    {script: ['\n', 'Sun', ' and', ' snow', '<|im_end|>'], contextLength: 1024},
    {contextTokens: 1024},
  )
  const assistant = chatAssistant(llm, {systemPrompt: 'Be brief.', historyMessages: 1000})
  const costs: number[] = []
  for (let turn = 0; turn < 40; turn++) {
    const before = llm.tokenCounts().prompt
    expect(await ask(assistant, `What is the weather like on day ${turn} of our journey?`)).toBe('Sun and snow')
    costs.push(llm.tokenCounts().prompt - before)
  }
  // A byte is a token here: a question and the marks around it have about 100.
  const anew = costs.filter(cost => cost > 200)
  expect(anew.length).toBeGreaterThan(3)
  expect(anew.length).toBeLessThan(10)
  expect(Math.max(...costs)).toBeLessThan(1024)
  await assistant.close()
})
