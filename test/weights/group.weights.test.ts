// A group as a real, and very small, model understands it.
import {chatAssistant} from '@essence/core/assistant/chat-assistant'
import {openLlama} from '@essence/core/llm/llama/llama'
import {expect, it, onTestFinished} from 'vitest'
import {ask} from '../assistant/conformance.ts'
import {smolLM2} from './published.ts'

it.skipIf(smolLM2.missing)(`in a group people are known by their names${smolLM2.missing}`, async () => {
  const llm = await openLlama({modelPath: smolLM2.path, threads: 1, device: {backend: 'cpu'}, contextTokens: 2048})
  const assistant = chatAssistant(llm, {sampling: {temperature: 0, maxTokens: 60}})
  onTestFinished(() => assistant.close())
  const say = (name: string, text: string, session = 'g'): Promise<string> =>
    ask(assistant, text, {speaker: name, session, among: {room: 'g', name}})
  expect(await say('Bob', 'What is my name?')).toContain('Bob')
  await say('Anna', 'Hello June, I will bring a potato salad on Saturday.')
  expect(await say('Carla', 'What did Anna say?')).toContain('potato salad')
  // Alone with June nobody has a name that they did not tell.
  expect(await ask(assistant, 'What is my name?', {speaker: 'Bob', session: 'alone'})).not.toContain('Bob')
})
