import {chatAssistant} from '@essence/core/assistant/chat-assistant'
import {demoMind} from '@essence/core/assistant/demo'
import {mockAssistant} from '@essence/core/assistant/mock'
import {mockLlm} from '@essence/core/llm/mock'
import {afterAll} from 'vitest'
import {modelFolder} from '../llm/llama/test-model.ts'
import {assistantConformance} from './conformance.ts'

const models = modelFolder()
afterAll(() => models.close())

assistantConformance('the demo mind', async () => demoMind())
assistantConformance('the mock', async () => mockAssistant())
assistantConformance('a chat over the mock model', async () => chatAssistant(mockLlm({thought: 'let me see '})))
assistantConformance('a chat over llama.cpp', async () =>
  chatAssistant(await models.tiny({seed: 7}, {contextTokens: 2048}), {sampling: {temperature: 0, maxTokens: 12}}),
)
