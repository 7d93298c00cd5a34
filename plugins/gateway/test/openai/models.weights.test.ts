import type {Embedder} from '@essence/core/llm/embedding-port'
import {openLlamaEmbedder} from '@essence/core/llm/llama/embedding/llama-embedder'
import {openLlama} from '@essence/core/llm/llama/llama'
import type OpenAI from 'openai'
import {expect, it} from 'vitest'
import {scriptedEngines} from '../../../../test/engines/scripted.ts'
import {miniLM, smolLM2} from '../../../../test/weights/published.ts'
import {openClient} from './client.ts'

const name = 'SmolLM2-135M-Instruct.Q4_1'
const small = {device: {backend: 'cpu'}, threads: 1} as const

const openReal = async (embedder?: Embedder) => {
  const model = await openLlama({
    modelPath: smolLM2.path,
    ...small,
    contextTokens: 2048,
    conversations: 1,
    requestLimit: 1,
  })
  const opened = await openClient({...scriptedEngines(), model, embedder})
  return {
    ...opened,
    async [Symbol.asyncDispose]() {
      await opened[Symbol.asyncDispose]()
      await model.close()
    },
  }
}

const schema = {
  type: 'object',
  properties: {city: {type: 'string', maxLength: 20}, people: {type: 'integer'}},
  required: ['city', 'people'],
  additionalProperties: false,
}

it.skipIf(smolLM2.missing)(
  `the model answers OpenAI's client, whole, in pieces and in JSON${smolLM2.missing}`,
  async () => {
    await using opened = await openReal()
    const {chat, responses, models} = opened.client
    expect((await models.list()).data.map(({id}) => id)).toContain(name)
    const messages: OpenAI.ChatCompletionMessageParam[] = [
      {role: 'system', content: 'You are brief.'},
      {role: 'user', content: 'What is the capital of France? Say it in one sentence.'},
    ]
    const asked = {model: name, messages, temperature: 0, max_completion_tokens: 24}
    const first = await chat.completions.create(asked)
    const [choice] = first.choices
    expect(choice?.message.content).not.toBe('')
    expect(first.usage?.completion_tokens).toBeLessThanOrEqual(24)
    // The next turn finds what was computed for this one.
    const next: OpenAI.ChatCompletionMessageParam[] = [
      ...messages,
      {role: 'assistant', content: choice?.message.content ?? ''},
      {role: 'user', content: 'And of Norway?'},
    ]
    const stream = chat.completions.stream({...asked, messages: next, stream_options: {include_usage: true}})
    const second = await stream.finalChatCompletion()
    expect(second.usage?.prompt_tokens_details?.cached_tokens).toBeGreaterThan((first.usage?.prompt_tokens ?? 0) - 8)

    const format = {type: 'json_schema', name: 'city', strict: true, schema} as const
    const parsed = await responses.parse({model: name, input: 'Paris', temperature: 0, text: {format}})
    expect(parsed.output_parsed).toEqual({city: expect.any(String), people: expect.any(Number)})
    const gathered = await responses
      .stream({model: name, input: 'Hello', max_output_tokens: 8, seed: 1} as never)
      .finalResponse()
    expect(gathered.usage?.output_tokens).toBeLessThanOrEqual(8)
  },
)

it.skipIf(smolLM2.missing)(`a function is called in a loop of responses${smolLM2.missing}`, async () => {
  await using opened = await openReal()
  const {responses} = opened.client
  const model = name
  const parameters = {type: 'object', properties: {city: {type: 'string', enum: ['Oslo', 'Rome']}}, required: ['city']}
  const tools = [{type: 'function' as const, name: 'weather', description: 'of a city', strict: true, parameters}]
  const asked = {model, tools, temperature: 0, max_output_tokens: 60}
  const first = await responses.create({...asked, input: 'How is the weather in Oslo?', tool_choice: 'required'})
  const [call] = first.output
  if (call?.type !== 'function_call') throw new Error(`This is no call: ${call?.type}.`)
  expect(['Oslo', 'Rome']).toContain(JSON.parse(call.arguments).city)
  const second = await responses.create({
    ...{...asked, tool_choice: 'none', previous_response_id: first.id},
    input: [{type: 'function_call_output', call_id: call.call_id, output: '{"weather": "sun, 21 degrees"}'}],
  })
  expect(second.output_text).not.toBe('')
})

it.skipIf(smolLM2.missing)(
  `what does not fit, or cannot be, is refused and not a failure${smolLM2.missing}`,
  async () => {
    await using opened = await openReal()
    const {completions} = opened.client.chat
    const model = name
    const ask = (body: object) =>
      completions.create({model, max_tokens: 4, messages: [{role: 'user', content: 'hello'}], ...body} as never)
    await expect(ask({messages: [{role: 'user', content: 'word '.repeat(4000)}]})).rejects.toMatchObject({
      ...{status: 400, code: 'context_length_exceeded'},
    })
    for (const odd of [
      {type: 'nothing'},
      {type: 'string', minLength: 1e12},
      {type: 'array', items: {}, minItems: 1e9},
    ]) {
      const response_format = {type: 'json_schema', json_schema: {name: 'a', schema: odd}}
      await expect(ask({response_format})).rejects.toMatchObject({status: 400})
    }
    // Messages in an order that no person writes.
    for (const roles of [
      ['user', 'user'],
      ['user', 'system', 'user'],
      ['assistant', 'user'],
      ['user', 'assistant', 'assistant', 'user'],
    ]) {
      const messages = roles.map((role, at) => ({role, content: `message ${at}`}))
      expect((await ask({messages})).choices.length).toBe(1)
    }
  },
)

it.skipIf(smolLM2.missing)(`a client that leaves frees the model${smolLM2.missing}`, async () => {
  await using opened = await openReal()
  const messages = [{role: 'user' as const, content: 'Count from one to a thousand, in words.'}]
  const asked = {model: name, messages, max_tokens: 1500, temperature: 0}
  for await (const {choices} of await opened.client.chat.completions.create({...asked, stream: true})) {
    if (choices[0]?.delta.content) break
  }

  // It takes one request at a time; the rest of this one would take it half a minute.
  const isFree = () =>
    opened.client.chat.completions.create({...asked, max_tokens: 1}).then(
      () => true,
      () => false,
    )
  await expect.poll(isFree, {timeout: 5000}).toBe(true)
})

it.skipIf(miniLM.missing || smolLM2.missing)(`vectors of MiniLM come as its own${miniLM.missing}`, async () => {
  const embedder = await openLlamaEmbedder({modelPath: miniLM.path, ...small})
  await using opened = await openReal(embedder)
  const input = ['A man is eating food.', 'A man is eating a piece of bread.', 'The girl is carrying a baby.']
  const {data} = await opened.client.embeddings.create({model: 'all-MiniLM-L6-v2-f16', input, dimensions: 384})
  const cosine = (a: number, b: number) =>
    (data[a]?.embedding ?? []).reduce((sum, value, at) => sum + value * (data[b]?.embedding[at] ?? 0), 0)
  expect(cosine(0, 1)).toBeCloseTo(0.755, 2)
  expect(cosine(0, 2)).toBeLessThan(0.2)
  await embedder.close()
})
