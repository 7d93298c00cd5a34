import {EssenceError} from '@essence/core/kit/errors'
import {mockLlm} from '@essence/core/llm/mock'
import OpenAI from 'openai'
import {describe, expect, it} from 'vitest'
import {collected} from '../../../../test/collected.ts'
import {scriptedEngines} from '../../../../test/engines/scripted.ts'
import {openClient} from './client.ts'

const hello = {model: 'mock', messages: [{role: 'user' as const, content: 'good morning'}]}

describe('a request that cannot be met', () => {
  it.each([
    [{n: 2}, 'n', 'invalid_value'],
    [{logprobs: true}, 'logprobs', 'invalid_value'],
    [{presence_penalty: 1}, 'presence_penalty', 'invalid_value'],
    [{logit_bias: {5: 1}}, 'logit_bias[5]', 'unknown_parameter'],
    [{functions: []}, 'functions', 'unknown_parameter'],
    [{temperature: 9}, 'temperature', 'invalid_value'],
    [{tools: [{type: 'web_search'}]}, 'tools[0].type', 'invalid_value'],
    [{messages: [{role: 'robot', content: ''}]}, 'messages[0].role', 'invalid_value'],
    [{messages: 'hello'}, 'messages', 'invalid_value'],
    [
      {messages: [{role: 'user', content: [{type: 'image_url', image_url: {url: 'a'}}]}]},
      'messages[0].content[0].type',
      'invalid_value',
    ],
  ])('is refused, and names what is at fault: %j', async (more, param, code) => {
    await using opened = await openClient()
    const asked = opened.client.chat.completions.create({...hello, ...more} as never)
    await expect(asked).rejects.toBeInstanceOf(OpenAI.BadRequestError)
    await expect(asked).rejects.toMatchObject({
      ...{param, code, type: 'invalid_request_error', message: expect.stringContaining(param.split('.')[0] ?? '')},
    })
  })

  it('says which models there are', async () => {
    await using opened = await openClient()
    for (const model of ['gpt-4o', 'mock-embedding']) {
      await expect(opened.client.chat.completions.create({...hello, model})).rejects.toMatchObject({
        ...{status: 404, code: 'model_not_found', param: 'model', message: expect.stringContaining('june, mock')},
      })
    }
  })

  it.each([true, false])('says that a conversation is too long before it begins, as a stream %s', async stream => {
    await using opened = await openClient({...scriptedEngines(), model: mockLlm({contextTokens: 1})})
    await expect(opened.client.chat.completions.create({...hello, stream})).rejects.toMatchObject({
      ...{status: 400, code: 'context_length_exceeded', type: 'invalid_request_error'},
    })
  })

  it('is made again by the client where June was only busy', async () => {
    const model = mockLlm()
    let refused = 0
    const chat: typeof model.chat = (messages, options) => {
      if (refused++ === 0) throw new EssenceError('ENGINE_BUSY', 'Too many.')
      return model.chat(messages, options)
    }
    await using opened = await openClient({...scriptedEngines(), model: {...model, chat}})
    await expect(opened.client.chat.completions.create(hello)).rejects.toMatchObject({
      ...{status: 503, type: 'server_error', code: 'engine_busy'},
      headers: expect.toSatisfy((headers: Headers) => headers.get('retry-after') === '2'),
    })
    refused = 0
    expect((await opened.client.chat.completions.create(hello, {maxRetries: 1})).choices.length).toBe(1)
    expect(refused).toBe(2)
  })

  it('ends a stream that fails in its middle with the error', async () => {
    const model = mockLlm({
      beforeDelta: ({text}) => {
        if (text === 'morning') throw new EssenceError('ENGINE_FAILED', 'It broke.')
      },
    })
    await using opened = await openClient({...scriptedEngines(), model})
    const stream = await opened.client.chat.completions.create({...hello, stream: true})
    await expect(collected(stream)).rejects.toMatchObject({
      ...{type: 'server_error', message: expect.stringContaining('It broke.')},
    })
  })

  it('is counted, and refused beyond the limit', async () => {
    const one = [{count: 1, windowMs: 60_000}] as const
    const many = [{count: 1000, windowMs: 60_000}] as const
    const access = {
      authenticate: async () => ({
        ...{userId: 'anna', via: 'apiKey', roles: []},
        permissions: new Set(['service.inference']),
      }),
      close: async () => {},
    }
    await using opened = await openClient(undefined, {
      limits: {all: many, chat: many, llm: one, stt: many, tts: many},
      openAccess: async () => access as never,
    })
    const client = opened.client.withOptions({apiKey: 'june_key'})
    await client.chat.completions.create(hello)
    await expect(client.chat.completions.create(hello)).rejects.toMatchObject({
      ...{status: 429, type: 'rate_limit_error', code: 'rate_limit_exceeded'},
    })
    await expect(client.models.retrieve('june')).resolves.toMatchObject({id: 'june'})
  })

  it('needs the permission for what answers', async () => {
    const access = {
      authenticate: async () => ({
        ...{userId: 'anna', via: 'apiKey', roles: []},
        permissions: new Set(['service.inference']),
      }),
      close: async () => {},
    }
    await using opened = await openClient(undefined, {openAccess: async () => access as never})
    const client = opened.client.withOptions({apiKey: 'june_key'})
    await client.chat.completions.create(hello)
    await expect(client.chat.completions.create({...hello, model: 'june'})).rejects.toMatchObject({
      ...{status: 403, type: 'permission_error', code: 'insufficient_permissions'},
    })
  })
})
