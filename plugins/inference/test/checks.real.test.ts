// The checks of the service: all hold for it in mock mode, and each fails where what it is about is broken.
import {mockAssistant} from '@essence/core/assistant/mock'
import type {OpenedMind} from '@essence/core/engines/mind/open-mind'
import {mockLlm} from '@essence/core/llm/mock'
import {mockEmbedder} from '@essence/core/llm/mock-embedder'
import {describe, expect, it} from 'vitest'
import {failedChecks} from '../../../test/proof/checks/failed-checks.ts'
import {atWork} from '../../../test/proof/checks/in-process.ts'
import {startInMockMode} from '../../../test/proof/checks/service-child.ts'
import {engineServiceOf} from '../../../test/service/engine/open-service.ts'
import checksOf from '../src/checks/hook.ts'
import {mindEngine} from '../src/held-mind.ts'
import {inference} from '../src/kind.ts'

const {service, open} = checksOf()
const {checks} = await open()

it.each([
  ['', {}],
  [' with a key', {SERVICE_API_KEY: 'a-key-for-this-test-only'}],
])('hold for the service in mock mode%s', async (_, env) => {
  expect(await failedChecks(await startInMockMode(service, 'inference-api', env), checks)).toEqual({})
})

describe('a mind that', () => {
  const reply = (): string => 'Whatever.'
  it.each<[string, Partial<OpenedMind>, string[]]>([
    ['does not listen', {llm: mockLlm({reply})}, ['Chat and Generate', 'ChatStream and GenerateStream']],
    ['forgets who asks', {assistant: mockAssistant({reply})}, ['Chat and Generate', 'ChatStream and GenerateStream']],
    [
      'thinks aloud',
      {llm: mockLlm({reply: () => '<think>hm</think> Hi.'})},
      ['Chat and Generate', 'ChatStream and GenerateStream'],
    ],
    ['embeds nothing', {embedder: {...mockEmbedder(), embed: async () => [new Float32Array(64)]}}, ['Embed']],
  ])('%s, fails', async (_, parts, failing) => {
    const mind = {assistant: mockAssistant(), llm: mockLlm(), embedder: mockEmbedder(), close: async () => {}, ...parts}
    const broken = await atWork(engineServiceOf(inference, async () => mindEngine(mind)))
    expect(Object.keys(await failedChecks(broken, checks))).toEqual(failing)
  })
})
