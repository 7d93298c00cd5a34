import type {Caller} from '@essence/core/access/port'
import {permissionsOf} from '@essence/core/access/port'
import {mockLlm} from '@essence/core/llm/mock'
import type {ChatMessage, ChatOptions, LanguageModel} from '@essence/core/llm/port'
import OpenAI from 'openai'
import {describe, expect, it} from 'vitest'
import {collected} from '../../../../test/collected.ts'
import {scriptedEngines} from '../../../../test/engines/scripted.ts'
import {openClient} from './client.ts'

const hello = {model: 'mock', input: 'good morning'}

const weather: OpenAI.Responses.FunctionTool = {
  ...{type: 'function', name: 'weather', strict: true, description: 'of a city'},
  parameters: {type: 'object', properties: {city: {type: 'string'}}, required: ['city'], additionalProperties: false},
}

/** A model that waits until it is stopped, after its first word. */
const waiting = () => {
  const stopped = Promise.withResolvers<void>()
  async function* chat(_messages: ChatMessage[], {signal}: ChatOptions = {}): ReturnType<LanguageModel['chat']> {
    try {
      yield {kind: 'answer', text: 'one'}
      await new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))
    } finally {
      stopped.resolve()
    }
  }
  return {engines: {...scriptedEngines(), model: {...mockLlm(), chat: chat as LanguageModel['chat']}}, stopped}
}

describe('a response', () => {
  it('comes whole', async () => {
    await using opened = await openClient()
    const response = await opened.client.responses.create({...hello, instructions: 'Be kind.', metadata: {a: 'b'}})
    expect(response).toMatchObject({
      ...{object: 'response', status: 'completed', output_text: '[mock] good morning', model: 'mock', error: null},
      ...{instructions: 'Be kind.', metadata: {a: 'b'}, incomplete_details: null},
      output: [{type: 'message', role: 'assistant', status: 'completed', content: [{type: 'output_text'}]}],
      usage: {input_tokens: 4, output_tokens: 3, total_tokens: 7, output_tokens_details: {reasoning_tokens: 0}},
    })
  })

  it('comes in the events that the client gathers', async () => {
    await using opened = await openClient({...scriptedEngines(), model: mockLlm({thought: 'let me'})})
    const events = await collected(await opened.client.responses.create({...hello, stream: true}))
    const part = (kind: string) => [
      ...['output_item.added', 'content_part.added', `${kind}.delta`, `${kind}.done`, 'content_part.done'],
      'output_item.done',
    ]
    const kinds = events.map(({type}) => type.replace('response.', ''))
    expect(kinds.filter((kind, at) => kind !== kinds[at - 1])).toEqual([
      ...['created', 'in_progress', ...part('reasoning_text'), ...part('output_text'), 'completed'],
    ])
    expect(events.map(({sequence_number: number}) => number)).toEqual(events.map((_, at) => at))

    const gathered = await opened.client.responses.stream(hello).finalResponse()
    expect(gathered.output_text).toBe('[mock] good morning')
    expect(gathered.output.map(({type}) => type)).toEqual(['reasoning', 'message'])
    expect(gathered.usage?.output_tokens_details.reasoning_tokens).toBe(2)
  })

  it('calls a function, and goes on with its result', async () => {
    await using opened = await openClient()
    const {responses} = opened.client
    const tools = [weather]
    const first = await responses.create({...hello, tools, tool_choice: 'required'})
    const [call] = first.output
    if (call?.type !== 'function_call') throw new Error(`This is no call: ${call?.type}.`)
    expect(call).toMatchObject({name: 'weather', arguments: '{"city":"mock"}', status: 'completed'})
    const result = {type: 'function_call_output', call_id: call.call_id, output: 'sun'} as const
    const second = await responses.create({model: 'mock', tools, previous_response_id: first.id, input: [result]})
    expect(second.output_text).toBe('[mock] sun')
    const third = await responses.create({model: 'mock', previous_response_id: second.id, input: 'and tomorrow?'})
    // All that was said counts: 2 words, a call, 1, 2, and 2 more.
    expect([third.output_text, third.usage?.input_tokens]).toEqual(['[mock] and tomorrow?', 7])
    const alone = await responses.create({
      model: 'mock',
      tools,
      input: [{role: 'user', content: 'weather?'}, ...(first.output as OpenAI.Responses.ResponseInputItem[]), result],
    })
    expect(alone.output_text).toBe('[mock] sun')
    const streamed = responses.stream({...hello, tools, tool_choice: {type: 'function', name: 'weather'}})
    expect((await streamed.finalResponse()).output).toMatchObject([
      {type: 'function_call', arguments: '{"city":"mock"}'},
    ])
  })

  it('fits a schema', async () => {
    await using opened = await openClient()
    const schema = {type: 'object', properties: {n: {type: 'integer', minimum: 3}}, required: ['n']}
    const format = {type: 'json_schema' as const, name: 'number', strict: true, schema}
    const response = await opened.client.responses.parse({...hello, text: {format}})
    expect(response.output_parsed).toEqual({n: 3})
  })

  it('is incomplete where its length ends it', async () => {
    await using opened = await openClient()
    const response = await opened.client.responses.create({...hello, max_output_tokens: 1})
    expect(response).toMatchObject({
      ...{status: 'incomplete', incomplete_details: {reason: 'max_output_tokens'}},
      output: [{status: 'incomplete'}],
    })
    const {status} = await opened.client.responses.stream({...hello, max_output_tokens: 1}).finalResponse()
    expect(status).toBe('incomplete')
  })

  it('of June goes on in her conversation', async () => {
    const engines = scriptedEngines()
    await using opened = await openClient(engines)
    const {responses} = opened.client
    const first = await responses.create({model: 'june', input: 'My name is Anna.', user: 'kitchen'})
    await responses.create({model: 'june', input: 'Who am I?', previous_response_id: first.id})
    expect(engines.trace.requests.map(({text}) => text)).toEqual(['My name is Anna.', 'Who am I?'])
    expect(new Set(engines.trace.requests.map(({session}) => session)).size).toBe(1)
  })
})

describe('a response that is kept', () => {
  it('can be asked after, and forgotten', async () => {
    await using opened = await openClient()
    const {responses} = opened.client
    const {id, output_text: text} = await responses.create(hello)
    expect((await responses.retrieve(id)).output_text).toBe(text)
    await responses.delete(id)
    await expect(responses.retrieve(id)).rejects.toMatchObject({status: 404, type: 'not_found_error'})
    const following = responses.create({...hello, previous_response_id: id})
    await expect(following).rejects.toMatchObject({status: 404, param: 'previous_response_id'})
    const unkept = await responses.create({...hello, store: false})
    await expect(responses.retrieve(unkept.id)).rejects.toBeInstanceOf(OpenAI.NotFoundError)
  })

  it('is nobody else’s', async () => {
    const access = {
      authenticate: async (key: string): Promise<Caller> => ({
        ...{userId: key.replace('june_', ''), via: 'apiKey', roles: ['user']},
        permissions: new Set(permissionsOf.user),
      }),
      close: async () => {},
    }
    await using opened = await openClient(undefined, {openAccess: async () => access as never})
    const [anna, ben] = ['anna', 'ben'].map(name => opened.client.withOptions({apiKey: `june_${name}`}).responses)
    const {id} = (await anna?.create(hello)) ?? {id: ''}
    for (const asked of [
      ...[ben?.retrieve(id), ben?.cancel(id), ben?.delete(id)],
      ben?.create({...hello, previous_response_id: id}),
    ]) {
      await expect(asked).rejects.toBeInstanceOf(OpenAI.NotFoundError)
    }
    expect((await anna?.retrieve(id))?.status).toBe('completed')
  })

  it('is made in the background, and stopped', async () => {
    const {engines, stopped} = waiting()
    await using opened = await openClient(engines)
    const {responses} = opened.client
    const queued = await responses.create({...hello, background: true})
    expect(queued).toMatchObject({status: 'queued', background: true})
    expect((await responses.retrieve(queued.id)).status).toBe('in_progress')
    const early = responses.create({...hello, previous_response_id: queued.id})
    await expect(early).rejects.toMatchObject({status: 400, param: 'previous_response_id'})
    expect((await responses.cancel(queued.id)).status).toBe('cancelled')
    await stopped.promise
    expect((await responses.retrieve(queued.id)).status).toBe('cancelled')
  })

  it('is there when it was made in the background', async () => {
    await using opened = await openClient()
    const {responses} = opened.client
    let response = await responses.create({...hello, background: true})
    while (response.status === 'queued' || response.status === 'in_progress')
      response = await responses.retrieve(response.id)
    expect(response).toMatchObject({status: 'completed', output_text: '[mock] good morning'})
  })

  it('is stopped while it is streamed, by its id or by leaving', async () => {
    const {engines, stopped} = waiting()
    await using opened = await openClient(engines)
    const {responses} = opened.client
    const stream = await responses.create({...hello, stream: true})
    let id = ''
    const kinds: string[] = []
    for await (const event of stream) {
      kinds.push(event.type)
      if (event.type === 'response.created') id = event.response.id
      if (event.type === 'response.output_text.delta') await responses.cancel(id)
    }
    expect(kinds.at(-1)).toBe('response.incomplete')
    await stopped.promise
    expect((await responses.retrieve(id)).status).toBe('cancelled')

    for await (const event of await responses.create({...hello, stream: true})) {
      if (event.type === 'response.created') id = event.response.id
      if (event.type === 'response.output_text.delta') break
    }
    let left = await responses.retrieve(id)
    while (left.status === 'in_progress') left = await responses.retrieve(id)
    expect(left.status).toBe('cancelled')
  })
})

describe('a response that cannot be made', () => {
  it.each([
    [{tools: [{type: 'web_search'}]}, 'tools[0].type'],
    [{input: [{role: 'user', content: [{type: 'input_image', image_url: 'a'}]}]}, 'input[0].content[0].type'],
    [{input: [{type: 'item_reference', id: 'a'}]}, 'input[0].type'],
    [{conversation: 'conv_1'}, 'conversation'],
    [{truncation: 'auto'}, 'truncation'],
    [{include: ['message.output_text.logprobs']}, 'include[0]'],
    [{background: true, stream: true}, 'stream'],
    [{background: true, store: false}, 'store'],
  ])('names what is at fault: %j', async (more, param) => {
    await using opened = await openClient()
    const asked = opened.client.responses.create({...hello, ...more} as never)
    await expect(asked).rejects.toMatchObject({status: 400, param, type: 'invalid_request_error'})
  })

  it('fails as a status, as an event, and in the background as what is kept', async () => {
    const model = mockLlm({
      beforeDelta: ({text}) => {
        if (text === 'morning') throw new Error('a bug with a secret')
      },
    })
    await using opened = await openClient({...scriptedEngines(), model})
    const {responses} = opened.client
    await expect(responses.create(hello)).rejects.toMatchObject({status: 500, type: 'server_error'})
    const events = await collected(await responses.create({...hello, stream: true}))
    const error = {code: 'server_error', message: 'Something went wrong on this side.'}
    expect(events.at(-1)).toMatchObject({type: 'response.failed', response: {status: 'failed', error}})
    let response = await responses.create({...hello, background: true})
    while (response.status !== 'failed') response = await responses.retrieve(response.id)
    expect(response.error).toEqual(error)
  })
})
