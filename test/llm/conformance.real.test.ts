import {mockLlm} from '@essence/core/llm/mock'
import {afterAll, describe, it} from 'vitest'
import {languageModelConformance} from './conformance.ts'
import {modelFolder, stories} from './llama/test-model.ts'

const models = modelFolder()
afterAll(() => models.close())

languageModelConformance('the mock', async () => mockLlm())
languageModelConformance('the mock that thinks', async () => mockLlm({thought: 'let me see '}))
languageModelConformance('llama.cpp with a tiny random model', () => models.tiny({seed: 7}, {contextTokens: 2048}))
languageModelConformance('llama.cpp in a thread of its own', () => models.inThread({seed: 7}, {contextTokens: 2048}))
if (stories) languageModelConformance('llama.cpp with stories260K', () => models.stories())
else
  describe('llama.cpp with stories260K', () => it.skip('../shared/data/models/stories260K.gguf is missing', () => {}))
