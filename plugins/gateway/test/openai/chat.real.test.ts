import {mockLlm} from '@essence/core/llm/mock'
import type {ChatMessage, ChatOptions, LanguageModel} from '@essence/core/llm/port'
import OpenAI from 'openai'
import {describe, expect, it} from 'vitest'
import {collected} from '../../../../test/collected.ts'
import {scriptedEngines} from '../../../../test/engines/scripted.ts'
import {openClient} from './client.ts'

type Params = OpenAI.ChatCompletionCreateParamsNonStreaming

const hello: Params = {model: 'mock', messages: [{role: 'user', content: 'good morning'}]}

/** A mock that notes what it was asked. */
const noting = (options?: Parameters<typeof mockLlm>[0]) => {
  const asked: {messages: ChatMessage[]; options: ChatOptions | undefined}[] = []
  const model = mockLlm(options)
  const noted: LanguageModel = {
    ...model,
    chat(messages, options) {
      asked.push({messages, options})
      return model.chat(messages, options)
    },
  }
  return {engines: {...scriptedEngines(), model: noted}, asked}
}

describe('a chat completion of the model', () => {
  it('comes whole, with its tokens counted', async () => {
    await using opened = await openClient()
    const answer = await opened.client.chat.completions.create(hello)
    expect(answer).toMatchObject({
      ...{object: 'chat.completion', model: 'mock'},
      choices: [
        {index: 0, finish_reason: 'stop', message: {role: 'assistant', content: '[mock] good morning', refusal: null}},
      ],
      usage: {prompt_tokens: 2, completion_tokens: 3, total_tokens: 5, prompt_tokens_details: {cached_tokens: 0}},
    })
  })

  it('comes piece by piece, at the end with its tokens where that is asked', async () => {
    await using opened = await openClient()
    const stream = await opened.client.chat.completions.create({
      ...hello,
      stream: true,
      stream_options: {include_usage: true},
    })
    const chunks = await collected(stream)
    expect(chunks.map(({choices: [choice]}) => choice?.delta.content)).toEqual([
      ...['', '[mock] ', 'good ', 'morning', undefined, undefined],
    ])
    expect(new Set(chunks.map(({id}) => id)).size).toBe(1)
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('stop')
    expect(chunks.at(-1)).toMatchObject({choices: [], usage: {total_tokens: 5}})
  })

  it('has thoughts beside the answer, never in it', async () => {
    await using opened = await openClient({...scriptedEngines(), model: mockLlm({thought: 'let me see'})})
    const {completions} = opened.client.chat
    const answer = await completions.create(hello)
    expect(answer.choices[0]?.message).toMatchObject({content: '[mock] good morning', reasoning_content: 'let me see'})
    expect(answer.usage?.completion_tokens_details?.reasoning_tokens).toBe(3)
    const deltas = (await collected(await completions.create({...hello, stream: true}))).map(
      ({choices}) => choices[0]?.delta as {content?: string; reasoning_content?: string},
    )
    expect(deltas.map(each => each.reasoning_content ?? '').join('')).toBe('let me see')
    expect(deltas.map(each => each.content ?? '').join('')).toBe('[mock] good morning')
  })

  it('calls tools, and goes on with what they say', async () => {
    const {engines, asked} = noting()
    await using opened = await openClient(engines)
    const {completions} = opened.client.chat
    const tools: OpenAI.ChatCompletionTool[] = [
      {
        type: 'function',
        function: {
          name: 'weather',
          parameters: {type: 'object', properties: {city: {type: 'string'}}, required: ['city']},
        },
      },
    ]
    const first = await completions.create({...hello, tools, tool_choice: 'required'})
    const [choice] = first.choices
    expect(choice).toMatchObject({finish_reason: 'tool_calls', message: {content: null}})
    const call = choice?.message.tool_calls?.[0]
    expect(call).toMatchObject({type: 'function', function: {name: 'weather', arguments: '{"city":"mock"}'}})
    const second = await completions.create({
      ...hello,
      tools,
      messages: [
        ...hello.messages,
        choice?.message as never,
        {role: 'tool', tool_call_id: call?.id ?? '', content: 'sun'},
      ],
    })
    expect(second.choices[0]?.message.content).toBe('[mock] sun')
    expect(asked[1]?.messages.at(-1)).toEqual({role: 'tool', content: 'sun', toolCallId: call?.id, name: 'weather'})
    const chunks = await collected(
      await completions.create({
        ...hello,
        ...{tools, stream: true},
        tool_choice: {type: 'function', function: {name: 'weather'}},
      }),
    )
    expect(chunks[1]?.choices[0]?.delta.tool_calls).toMatchObject([{index: 0, function: {name: 'weather'}}])
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('tool_calls')
  })

  it('runs the tools of the client by its helper', async () => {
    const model = mockLlm({reply: messages => `so it is ${messages.at(-1)?.content}`})
    const chat: LanguageModel['chat'] = (messages, options) =>
      model.chat(messages, messages.at(-1)?.role === 'user' ? {...options, toolChoice: 'required'} : options)
    await using opened = await openClient({...scriptedEngines(), model: {...model, chat}})
    const runner = opened.client.chat.completions.runTools({
      ...hello,
      tools: [
        {
          type: 'function',
          function: {
            name: 'add',
            description: 'adds',
            parameters: {type: 'object', properties: {a: {type: 'number', minimum: 3}}, required: ['a']},
            parse: JSON.parse,
            function: ({a}: {a: number}) => String(a + 1),
          },
        },
      ],
    })
    expect(await runner.finalContent()).toBe('so it is 4')
  })

  it('fits a schema', async () => {
    await using opened = await openClient()
    const answer = await opened.client.chat.completions.parse({
      ...hello,
      response_format: {
        type: 'json_schema',
        json_schema: {
          ...{name: 'city', strict: true},
          schema: {
            type: 'object',
            properties: {name: {type: 'string'}},
            required: ['name'],
            additionalProperties: false,
          },
        },
      },
    })
    expect(answer.choices[0]?.message.parsed).toEqual({name: 'mock'})
  })

  it('is asked as the parameters say', async () => {
    const {engines, asked} = noting()
    await using opened = await openClient(engines)
    await opened.client.chat.completions.create({
      model: 'mock',
      messages: [
        {role: 'system', content: 'Be brief.'},
        {role: 'developer', content: [{type: 'text', text: 'Be kind.'}]},
        {
          role: 'user',
          content: [
            {type: 'text', text: 'good '},
            {type: 'text', text: 'morning'},
          ],
        },
      ],
      ...{max_completion_tokens: 2, temperature: 0, top_p: 0.5, stop: 'x', seed: -1, reasoning_effort: 'none'},
      ...{store: true, user: 'anna', service_tier: 'auto', n: 1, logprobs: false, presence_penalty: 0},
    })
    expect(asked[0]?.messages).toEqual([
      {role: 'system', content: 'Be brief.\n\nBe kind.'},
      {role: 'user', content: 'good morning'},
    ])
    expect(asked[0]?.options).toMatchObject({
      ...{maxTokens: 2, temperature: 0, topP: 0.5, stopSequences: ['x'], seed: 2 ** 32 - 1, thoughtTokens: 0},
    })
  })

  it('is given once to a client that repeats its request, also as a stream', async () => {
    const {engines, asked} = noting()
    await using opened = await openClient(engines)
    const {completions} = opened.client.chat
    const again = {headers: {'idempotency-key': 'a'}}
    const [first, second] = [await completions.create(hello, again), await completions.create(hello, again)]
    expect(second).toEqual(first)
    const streamed = () => completions.create({...hello, stream: true}, {headers: {'idempotency-key': 'b'}})
    expect(await collected(await streamed())).toEqual(await collected(await streamed()))
    expect(asked.length).toBe(2)
  })

  it('says that its length ended it', async () => {
    await using opened = await openClient()
    const answer = await opened.client.chat.completions.create({...hello, max_tokens: 1})
    expect(answer.choices[0]).toMatchObject({finish_reason: 'length', message: {content: '[mock] '}})
  })

  it('is computed as long as the client is there, and no longer', async () => {
    const stopped = Promise.withResolvers<void>()
    const model = mockLlm()
    async function* chat(_messages: ChatMessage[], {signal}: ChatOptions = {}): ReturnType<typeof model.chat> {
      try {
        yield {kind: 'answer', text: 'one'}
        await new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))
      } finally {
        stopped.resolve()
      }
    }
    await using opened = await openClient({...scriptedEngines(), model: {...model, chat: chat as never}})
    const stream = await opened.client.chat.completions.create({...hello, stream: true})
    for await (const {choices} of stream) if (choices[0]?.delta.content === 'one') break
    await stopped.promise
    const gone = new AbortController()
    const whole = opened.client.chat.completions.create(hello, {signal: gone.signal})
    gone.abort()
    await expect(whole).rejects.toThrow(OpenAI.APIUserAbortError)
  })
})

describe('June', () => {
  it('hears the last message only, in the conversation that the client names', async () => {
    const engines = scriptedEngines()
    await using opened = await openClient(engines)
    const messages: Params['messages'] = [
      {role: 'system', content: 'You are a pirate.'},
      {role: 'user', content: 'My name is Anna.'},
      {role: 'assistant', content: 'Hello Anna.'},
      {role: 'user', content: 'Who am I?'},
    ]
    const {completions} = opened.client.chat
    const answer = await completions.create({model: 'june', messages, temperature: 0.1})
    expect(answer.choices[0]?.message.content).toBe('You said: Who am I?.')
    await completions.create({model: 'june', messages: messages.slice(0, 2)})
    await completions.create({model: 'june', messages, user: 'kitchen'})
    await completions.create({model: 'june', messages, metadata: {session: 'hall'}, user: 'kitchen'})
    await completions.create({model: 'june', messages}, {headers: {'x-june-session': 'attic'}})
    const {requests} = engines.trace
    const sessions = requests.map(({session}) => session)
    // The same conversation begins with the same words; others have a name of their own.
    expect(sessions[1]).toBe(sessions[0])
    expect(new Set(sessions).size).toBe(4)
    expect(requests[0]).toMatchObject({
      ...{speaker: 'web:local', text: 'Who am I?', written: true, sampling: {temperature: 0.1}},
    })
  })

  it('tells the tokens she took, and speaks nothing', async () => {
    const usage = {promptTokens: 9, completionTokens: 3, cachedTokens: 4, tokensPerSecond: 1}
    const end = {kind: 'answer', text: '', model: {finish: 'length', usage}} as const
    const engines = scriptedEngines({answer: ['Good day.', end]})
    await using opened = await openClient(engines)
    const answer = await opened.client.chat.completions.create({...hello, model: 'june'})
    expect(answer).toMatchObject({
      choices: [{finish_reason: 'length', message: {content: 'Good day.'}}],
      usage: {prompt_tokens: 9, completion_tokens: 3, prompt_tokens_details: {cached_tokens: 4}},
    })
    expect(engines.trace.spoken.map(({text}) => text)).not.toContain('Good day.')
  })

  it.each<[string, Partial<Params>]>([
    ['tools', {tools: [{type: 'function', function: {name: 'weather'}}]}],
    ['response_format', {response_format: {type: 'json_object'}}],
    [
      'messages',
      {
        messages: [
          {role: 'user', content: 'a'},
          {role: 'assistant', content: 'b'},
        ],
      },
    ],
  ])('refuses what only the model does: %s', async (param, more) => {
    await using opened = await openClient()
    const asked = opened.client.chat.completions.create({...hello, model: 'june', ...more})
    await expect(asked).rejects.toMatchObject({status: 400, param, type: 'invalid_request_error'})
  })
})
