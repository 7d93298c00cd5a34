// The service as its command runs it, in front of mocks: every RPC by a stock client on the plain proto, what it refuses, who leaves.
import {mockAssistant} from '@essence/core/assistant/mock'
import type {Assistant, AssistantRequest} from '@essence/core/assistant/port'
import type {Documents} from '@essence/core/documents/port'
import {EssenceError} from '@essence/core/kit/errors'
import type {Embedder} from '@essence/core/llm/embedding-port'
import {mockLlm} from '@essence/core/llm/mock'
import type {ChatOptions, LanguageModel} from '@essence/core/llm/port'
import {describe, expect, it, onTestFinished} from 'vitest'
import {collected} from '../../../test/collected.ts'
import {engineServiceOf} from '../../../test/service/engine/open-service.ts'
import {type MindEngine, mindEngine} from '../src/held-mind.ts'
import {inference} from '../src/kind.ts'
import {stockClient} from './peers.ts'

const started = async (parts: Partial<MindEngine> = {}) => {
  const assistant = parts.assistant ?? mockAssistant()
  const engine = mindEngine({llm: mockLlm(), embedder: undefined, close: async () => {}, ...parts, assistant})
  const {service, metrics, health} = engineServiceOf(inference, async () => engine)
  const {url = ''} = await service.start(new AbortController().signal, () => {})
  health.phase = 'ready'
  const client = stockClient(url.replace('grpc://', ''))
  onTestFinished(async () => {
    client[Symbol.dispose]()
    await service.close()
  })
  return {client, metrics, health, url, service}
}

const user = (content: string) => ({role: 'user', content})
const june = {user_id: 'telegram:1', session_id: 's'}

/** Answers after noting what it was asked. */
const noted = () => {
  const asked: AssistantRequest[] = []
  const usage = {promptTokens: 7, completionTokens: 3, cachedTokens: 5, tokensPerSecond: 12.5}
  const assistant: Assistant = {
    ...mockAssistant(),
    async *reply(request) {
      asked.push(request)
      yield {kind: 'thought', text: 'hm'}
      yield {kind: 'answer', text: 'Well, '}
      yield {kind: 'answer', text: 'yes.'}
      yield {kind: 'answer', text: '', model: {finish: 'length', usage}, sources: [{id: 'd', name: 'Guide', page: 2}]}
    },
  }
  return {asked, assistant}
}

/** The mock, noting the options of each call. */
const notedModel = (llm: LanguageModel = mockLlm()) => {
  const asked: {messages: unknown; options: ChatOptions | undefined}[] = []
  const chat: LanguageModel['chat'] = (messages, options) => {
    asked.push({messages: structuredClone(messages), options})
    return llm.chat(messages, options)
  }
  return {asked, llm: {...llm, chat}}
}

describe('without a session', () => {
  it('the bare model answers, at once and as a stream, with what it took', async () => {
    const {client} = await started({llm: mockLlm({thought: 'let me see'})})
    const messages = [{role: 'system', content: 'Be brief.'}, user('Hello there.')]
    const answer = await client.unary('Chat', {messages})
    expect(answer).toMatchObject({
      message: {role: 'assistant', content: '[mock] Hello there.'},
      thought: 'let me see',
      finish_reason: 'STOP',
      tokens_generated: 6,
      usage: {prompt_tokens: 4, completion_tokens: 6, total_tokens: 10},
    })
    const chunks = await collected(client.stream('ChatStream', {messages}))
    expect(chunks.map(chunk => chunk['content_delta']).join('')).toBe('[mock] Hello there.')
    expect(chunks.map(chunk => chunk['is_final'])).toEqual([...chunks.slice(1).map(() => false), true])
    expect(await client.unary('Generate', {prompt: 'Hi.'})).toMatchObject({text: '[mock] Hi.', tokens_generated: 5})
    const tokens = await collected(client.stream('GenerateStream', {prompt: 'Hi.'}))
    expect(tokens.map(chunk => chunk['token']).join('')).toBe('[mock] Hi.')
    expect(tokens.map(chunk => chunk['index'])).toEqual(tokens.map((_, index) => index))
  })

  it('takes 0 as not said, and has a way to say greedy and every token', async () => {
    const {asked, llm} = notedModel()
    const {client} = await started({llm})
    await client.unary('Generate', {prompt: 'a', params: {temperature: 0, top_k: 0, max_tokens: 0, seed: 0}})
    await client.unary('Generate', {prompt: 'a', params: {temperature: -1, top_k: -1, seed: 3, stop_sequences: ['.']}})
    await client.unary('Generate', {prompt: 'a', params: {temperature: 0.7, top_p: 0.9, max_tokens: 2}})
    const [unsaid, greedy, said] = asked.slice(-3).map(({options}) => options)
    expect(unsaid).not.toMatchObject({temperature: 0})
    expect(unsaid?.seed).toBeUndefined()
    expect(greedy).toMatchObject({temperature: 0, topK: 0, seed: 3, stopSequences: ['.']})
    expect(said).toMatchObject({temperature: 0.7, topP: 0.9, maxTokens: 2})
  })

  it('gives calls of tools back, and takes their results', async () => {
    const usage = {promptTokens: 1, completionTokens: 1, cachedTokens: 0, tokensPerSecond: 1}
    const call = {id: 'c1', name: 'weather', arguments: '{"place":"Lyon"}'}
    const {asked, llm} = notedModel({
      ...mockLlm(),
      async *chat() {
        yield {kind: 'toolCall', text: '', call}
        yield {kind: 'end', text: '', finish: 'toolCalls', usage}
      },
    })
    const {client} = await started({llm})
    const available_tools = [{name: 'weather', description: 'w', parameters_schema: '{"type":"object"}'}]
    const answer = await client.unary('Chat', {messages: [user('Weather?')], context: {available_tools}})
    const tool_calls = [{id: 'c1', type: 'function', function: {name: 'weather', arguments: '{"place":"Lyon"}'}}]
    expect(answer).toMatchObject({message: {tool_calls}, finish_reason: 'TOOL_CALLS'})
    expect(asked.at(-1)?.options?.tools).toEqual([{name: 'weather', description: 'w', parameters: {type: 'object'}}])
    const result = {role: 'tool', name: 'weather', content: 'rain'}
    await client.unary('Chat', {messages: [user('Weather?'), {role: 'assistant', tool_calls}, result]})
    expect(asked.at(-1)?.messages).toMatchObject([{}, {toolCalls: [call]}, {role: 'tool', toolCallId: 'c1'}])
  })

  it('puts what named documents say before the question', async () => {
    const found = {
      id: 'p',
      document: {id: 'd', name: 'Guide'},
      text: 'It opens at nine.',
      page: 2,
      headings: [],
      score: 1,
    }
    const documents = {list: async () => [{id: 'd'}], search: async () => [found]} as unknown as Documents
    const assistant = {...mockAssistant(), mind: {documents, tools: ['clock']}} as unknown as Assistant
    const {client} = await started({assistant})
    const answer = await client.unary('Generate', {prompt: 'When?', context: {rag_document_ids: ['d']}})
    expect(answer).toMatchObject({text: expect.stringMatching(/Guide, page 2\] It opens at nine\.\s+When\?/)})
    expect(answer['sources']).toEqual([{id: 'd', name: 'Guide', page: 2}])
    const unknown = client.unary('Generate', {prompt: 'When?', context: {rag_document_ids: ['d', 'e']}})
    await expect(unknown).rejects.toMatchObject({code: 5, details: expect.stringContaining('"e"')})
    expect(await client.unary('HealthCheck', {})).toMatchObject({available_tools: ['clock'], mind: true})
  })
})

it('in a session June answers the last message, for the person and with what the context says', async () => {
  const {asked, assistant} = noted()
  const {client, metrics} = await started({assistant})
  const context = {...june, language: 'fr', channel: 'web', written: true, enable_tools: true}
  const params = {temperature: -1, max_tokens: 9}
  const answer = await client.unary('Chat', {messages: [user('old'), user('Bonjour')], context, params})
  expect(asked).toMatchObject([
    {speaker: 'telegram:1', session: 's', text: 'Bonjour', language: 'fr', channel: 'web', written: true, tools: true},
  ])
  expect(asked[0]?.sampling).toMatchObject({temperature: 0, maxTokens: 9})
  expect(answer).toMatchObject({
    message: {content: 'Well, yes.'},
    thought: 'hm',
    finish_reason: 'LENGTH',
    tokens_generated: 3,
    tokens_per_second: 12.5,
    usage: {prompt_tokens: 7, prompt_cache_hits: 5},
    sources: [{id: 'd', name: 'Guide', page: 2}],
  })
  const chunks = await collected(client.stream('ChatStream', {messages: [user('Oui')], context: june}))
  expect(chunks.map(chunk => chunk['content_delta'])).toEqual(['', 'Well, ', 'yes.', ''])
  expect(asked.at(-1)?.tools).toBe(false)
  const figures = await metrics.registry.metrics()
  expect(figures).toMatch(/inference_requests_total\{method="Chat",status="OK"\} 1/)
  expect(figures).toMatch(/inference_tokens_total\{kind="completion"\} 6/)
})

it('embeds, and says where it cannot', async () => {
  const embedder: Embedder = {
    info: {...mockAssistant().info, model: 'm.gguf'},
    ...{model: 'acme/m', dimension: 2, maxTokens: 9, close: async () => {}},
    embed: async texts => texts.map((_, index) => Float32Array.of(index, 1)),
  }
  const {client} = await started({embedder})
  expect(await client.unary('Embed', {texts: ['a', 'b']})).toEqual({embeddings: [0, 1, 1, 1], dimension: 2})
  expect(await client.unary('Embed', {texts: [], model: 'acme/m'})).toEqual({embeddings: [], dimension: 2})
  await expect(client.unary('Embed', {texts: ['a'], model: 'other'})).rejects.toMatchObject({
    code: 3,
    details: expect.stringContaining('acme/m'),
  })
  const {client: without} = await started()
  await expect(without.unary('Embed', {texts: ['a']})).rejects.toMatchObject({
    code: 14,
    details: expect.stringContaining('No embedding model'),
  })
})

const bad = (schema: string) => ({available_tools: [{name: 't', parameters_schema: schema}]})

it.each<[string, object, RegExp]>([
  ['no messages', {messages: []}, /no messages/],
  ['an unknown role', {messages: [{role: 'wizard', content: 'x'}]}, /"wizard"/],
  ['an empty message', {messages: [user(' ')]}, /empty/],
  ['a message too long', {messages: [user('a '.repeat(5000))]}, /too long|fit/],
  ['a limit of its own', {messages: [user('a b c')], context: {max_context_tokens: 2}}, /3 tokens/],
  ['a schema that is no JSON', {messages: [user('x')], context: bad('{')}, /JSON Schema/],
  ['a schema that is none', {messages: [user('x')], context: bad('{"type":"object","properties":3}')}, /JSON Schema/],
  ['a schema of no object', {messages: [user('x')], context: bad('{"type":"string"}')}, /JSON Schema/],
  ['a session without a person', {messages: [user('x')], context: {session_id: 's'}}, /user_id/],
  ['a result without a call', {messages: [user('x'), {role: 'tool', name: 't', content: 'y'}]}, /no message before/],
  ['a temperature too high', {messages: [user('x')], params: {temperature: 9}}, /temperature/],
  ["the assistant's last", {messages: [{role: 'assistant', content: 'x'}], context: june}, /assistant's/],
])('refuses %s', async (_, request, details) => {
  const {client} = await started()
  const refused = {code: 3, details: expect.stringMatching(details)}
  await expect(client.unary('Chat', request)).rejects.toMatchObject(refused)
  await expect(collected(client.stream('ChatStream', request))).rejects.toMatchObject(refused)
})

it.each(['cancels', 'has a deadline'])('a client that %s leaves the model free at once', async how => {
  const left = Promise.withResolvers<void>()
  const llm: LanguageModel = {
    ...mockLlm(),
    async *chat(messages, {signal} = {}) {
      // The one that warms up.
      if (messages[0]?.content === 'Hello.') return
      yield {kind: 'answer', text: 'One'}
      await new Promise<void>(resolve => signal?.addEventListener('abort', () => resolve(), {once: true}))
      left.resolve()
      throw new EssenceError('CANCELLED', 'Cancelled.')
    },
  }
  const {client} = await started({llm})
  const options = how === 'cancels' ? {} : {deadline: Date.now() + 1000}
  const stream = client.stream('ChatStream', {messages: [user('x')]}, options)
  const ended = collected(
    (async function* () {
      for await (const chunk of stream) {
        yield chunk
        if (how === 'cancels') stream.cancel()
      }
    })(),
  )
  await expect(ended).rejects.toMatchObject({code: how === 'cancels' ? 1 : 4})
  await left.promise
})

it('says that it is full, and when to ask again', async () => {
  const full = (): never => {
    throw new EssenceError('ENGINE_BUSY', 'The model has 1 request under way, as many as it takes at once.')
  }
  const {client} = await started({assistant: {...mockAssistant(), reply: full}})
  await expect(client.unary('Chat', {messages: [user('x')], context: june})).rejects.toMatchObject({code: 8})
})

it('goes on without its store, and health says so', async () => {
  const {client, health} = await started({assistant: {...mockAssistant(), lacks: ['no memory: the store is dead']}})
  const answer = await client.unary('Chat', {messages: [user('x')], context: june})
  expect(answer).toMatchObject({message: {content: 'You said: x'}})
  expect(await client.unary('HealthCheck', {})).toMatchObject({healthy: true, lacks: ['no memory: the store is dead']})
  expect(health.report()).toMatchObject({
    status: 'degraded',
    ready: true,
    checks: {mind: {detail: expect.stringContaining('dead')}},
  })
})

it('where only a stand-in answers, the bare model is said to be missing', async () => {
  const {client} = await started({llm: undefined})
  await expect(client.unary('Generate', {prompt: 'x'})).rejects.toMatchObject({
    code: 14,
    details: expect.stringContaining('no language model'),
  })
})
