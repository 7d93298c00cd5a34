import {Secret} from '@essence/core/kit/secret'
import {openRemoteModel, type RemoteModelOptions} from '@essence/core/llm/openai/remote-model'
import type {ChatOptions, LanguageModel} from '@essence/core/llm/port'
import {describe, expect, it, onTestFinished, vi} from 'vitest'
import {collected} from '../../collected.ts'
import {type OpenAiPeerOptions, openAiPeer} from '../../peers/openai.ts'
import {answerOf, callsOf, endOf, languageModelConformance, say, thoughtOf, weatherTool} from '../conformance.ts'

const contextTokens = 1024

const peerOf = async (options: OpenAiPeerOptions = {}) => {
  const peer = await openAiPeer(options)
  onTestFinished(() => peer.close())
  return peer
}

const modelOf = async (url: string, options: Partial<RemoteModelOptions> = {}): Promise<LanguageModel> => {
  const model = await openRemoteModel({url, contextTokens, waitMs: 0, ...options})
  onTestFinished(() => model.close())
  return model
}

const opened = async (peerOptions: OpenAiPeerOptions = {}, options: Partial<RemoteModelOptions> = {}) => {
  const peer = await peerOf(peerOptions)
  return {peer, model: await modelOf(peer.url, options)}
}

const asked = async (model: LanguageModel, options: ChatOptions = {}, text = 'one two three') =>
  collected(model.chat(say(text), options))

for (const kind of ['llama-server', 'vllm'] as const)
  languageModelConformance(`a model behind ${kind}`, async () => {
    const peer = await openAiPeer({kind, contextTokens})
    const model = await openRemoteModel({url: peer.url, contextTokens: 99_999})
    return {
      ...model,
      close: async () => {
        await model.close()
        await peer.close().catch(() => {})
      },
    }
  })

describe('what a server tells', () => {
  it.each([
    ['llama-server', 'llama-server', 777],
    ['vllm', 'vLLM', 777],
    ['plain', 'OpenAI-compatible', contextTokens],
  ] as const)('takes context and name from %s', async (kind, engine, context) => {
    const {peer, model} = await opened({kind, contextTokens: 777, models: ['first', 'second']})
    expect(model.contextTokens).toBe(context)
    expect(model.info).toEqual({engine, model: 'first', device: 'server', deviceReason: `at ${new URL(peer.url).host}`})
  })

  it.each(['', '/', '/v1', '/v1/'])('takes an address that ends with "%s"', async end => {
    const peer = await peerOf()
    const model = await modelOf(`${peer.url}${end}`)
    expect(answerOf(await asked(model))).toBe('one two three')
    expect(peer.requests[0]?.path).toBe('/v1/models')
  })

  it('asks for the named model, and else prefers the default where it is served', async () => {
    const peer = await peerOf({models: ['first', 'second']})
    await asked(await modelOf(peer.url, {model: 'second'}))
    await asked(await modelOf(peer.url, {preferred: 'second'}))
    await asked(await modelOf(peer.url, {preferred: 'other'}))
    expect(peer.chats().map(({body}) => body['model'])).toEqual(['second', 'second', 'first'])
  })

  it('names what is served where the model is not', async () => {
    const peer = await peerOf({models: ['first', 'second']})
    await expect(modelOf(peer.url, {model: 'third'})).rejects.toMatchObject({
      code: 'REMOTE_REFUSED',
      message: expect.stringContaining('"third"'),
      suggestions: ['It serves: first, second'],
    })
  })

  it('estimates tokens on the safe side where it cannot count them', async () => {
    const {model} = await opened({kind: 'plain'})
    const counted = await opened()
    const messages = say('The quick brown fox jumps over the lazy dog.')
    expect(await model.countTokens(messages)).toBeGreaterThan(await counted.model.countTokens(messages))
    expect(answerOf(await asked(model))).toBe('one two three')
  })
})

describe('what is asked', () => {
  it('sends the key, and every parameter under the name the server has for it', async () => {
    const options: ChatOptions = {temperature: 0.1, topP: 0.5, topK: 0, repetitionPenalty: 1.2, seed: 7, maxTokens: 9}
    const sent = async (kind: 'llama-server' | 'vllm') => {
      const {peer, model} = await opened(
        {kind, key: 'secret-of-tests'},
        {key: new Secret('secret-of-tests'), thinking: 'off'},
      )
      await asked(model, {...options, stopSequences: ['x'], tools: [weatherTool]})
      return peer.chats()[0]?.body
    }
    const both = {temperature: 0.1, top_p: 0.5, top_k: -1, seed: 7, max_tokens: 9, stop: ['x']}
    const {description, name, parameters} = weatherTool
    const tools = [{type: 'function', function: {name, description, parameters}}]
    const kwargs = {chat_template_kwargs: {enable_thinking: false}}
    expect(await sent('llama-server')).toMatchObject({...both, ...kwargs, tools, repeat_penalty: 1.2})
    expect(await sent('vllm')).toMatchObject({...both, ...kwargs, tools, repetition_penalty: 1.2})
  })

  it('asks for JSON and for calls in the words of the interface', async () => {
    const {peer, model} = await opened()
    const schema = {type: 'object', properties: {a: {type: 'string'}}, required: ['a']}
    const tools = [weatherTool, {...weatherTool, name: 'clock'}]
    const asking: ChatOptions[] = [
      {responseSchema: schema},
      {responseJson: true},
      {tools, toolChoice: 'required', parallelToolCalls: false},
      {tools, toolChoice: {name: 'clock'}},
      {tools, toolChoice: 'none'},
      {tools, toolChoice: 'auto'},
    ]
    for (const options of asking) await asked(model, options)
    const [fitting, json, required, named, none, auto] = peer.chats().map(({body}) => body)
    const wanted = {name: 'answer', strict: true, schema}
    expect(fitting?.['response_format']).toEqual({type: 'json_schema', json_schema: wanted})
    expect(json?.['response_format']).toEqual({type: 'json_object'})
    expect(required).toMatchObject({tools: [{}, {}], tool_choice: 'required', parallel_tool_calls: false})
    expect(named).toMatchObject({tool_choice: {type: 'function', function: {name: 'clock'}}})
    expect(named?.tools).toMatchObject([{function: {name: 'clock'}}])
    for (const key of ['tools', 'tool_choice', 'response_format']) expect(none).not.toHaveProperty(key)
    for (const key of ['tool_choice', 'parallel_tool_calls']) expect(auto).not.toHaveProperty(key)
  })

  it('says nothing of thinking to a server that may not know the switch', async () => {
    const {peer, model} = await opened({kind: 'plain'}, {thinking: 'off'})
    await asked(model)
    expect(peer.chats()[0]?.body).not.toHaveProperty('chat_template_kwargs')
  })

  it('leaves out what the server does not know, and remembers it', async () => {
    const message = 'Unrecognized request argument supplied: top_k'
    const {peer, model} = await opened({
      kind: 'plain',
      fault: ({body}) => ('top_k' in body ? {kind: 'status', status: 400, body: {error: {message}}} : undefined),
    })
    for (let turn = 0; turn < 2; turn++) expect(answerOf(await asked(model))).toBe('one two three')
    expect(peer.chats().map(({body}) => 'top_k' in body)).toEqual([true, false, false])
  })

  it('answers without tools where the server takes none, and says so', async () => {
    const message = '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set'
    const {model} = await opened({
      kind: 'vllm',
      fault: ({path, body}) =>
        path.includes('chat') && 'tools' in body ? {kind: 'status', status: 400, body: {message}} : undefined,
    })
    expect(model.callsTools).toBe(true)
    expect(answerOf(await asked(model, {tools: [weatherTool]}))).toBe('one two three')
    expect(model.callsTools).toBe(false)
    expect(model.info.note).toContain('tools')
  })

  it.each([1, 2])('answers no call that must be made where the server takes no tools: asked %i times', async times => {
    const message = '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set'
    const {model} = await opened({
      kind: 'vllm',
      fault: ({path, body}) =>
        path.includes('chat') && 'tools' in body ? {kind: 'status', status: 400, body: {message}} : undefined,
    })
    for (let time = 0; time < times; time++)
      await expect(asked(model, {tools: [weatherTool], toolChoice: 'required'})).rejects.toMatchObject({
        code: 'USAGE',
        message: expect.stringContaining('takes no tools'),
      })
    expect(answerOf(await asked(model, {tools: [weatherTool]}))).toBe('one two three')
  })
})

describe('what comes back', () => {
  const fragment = (index: number, text: object) => ({tool_calls: [{index, ...text}]})

  it('puts the fragments of calls together', async () => {
    const {model} = await opened({
      deltas: () => [
        {content: 'Let me look.'},
        fragment(0, {id: 'a', type: 'function', function: {name: 'weather', arguments: ''}}),
        fragment(0, {function: {arguments: '{"place":'}}),
        fragment(0, {function: {arguments: '"Oslo"}'}}),
        fragment(1, {function: {name: 'weather', arguments: '{"place":"Rome"}'}}),
      ],
    })
    const deltas = await asked(model, {tools: [weatherTool]})
    expect(callsOf(deltas)).toEqual([
      {id: 'a', name: 'weather', arguments: '{"place":"Oslo"}'},
      {id: expect.stringMatching(/^call_/), name: 'weather', arguments: '{"place":"Rome"}'},
    ])
    expect(endOf(deltas).finish).toBe('toolCalls')
  })

  it('sends calls and results back, with arguments any template can read', async () => {
    const {peer, model} = await opened()
    const call = (id: string, text: string) => ({id, name: 'weather', arguments: text})
    await collected(
      model.chat([
        ...say('Rain?'),
        {role: 'assistant', content: '', toolCalls: [call('a', '{"place":"Oslo"}'), call('b', '{"place":')]},
        {role: 'tool', content: 'Rain.', toolCallId: 'a', name: 'weather'},
        {role: 'tool', content: 'Bad arguments.', toolCallId: 'b', name: 'weather'},
      ]),
    )
    const sent = (id: string, text: string) => ({id, type: 'function', function: {name: 'weather', arguments: text}})
    expect(peer.chats()[0]?.body.messages?.slice(1)).toEqual([
      {role: 'assistant', content: '', tool_calls: [sent('a', '{"place":"Oslo"}'), sent('b', '{}')]},
      {role: 'tool', content: 'Rain.', tool_call_id: 'a', name: 'weather'},
      {role: 'tool', content: 'Bad arguments.', tool_call_id: 'b', name: 'weather'},
    ])
  })

  it('gives no call that the token limit cut off', async () => {
    const {model} = await opened({
      deltas: () => [fragment(0, {id: 'a', function: {name: 'weather', arguments: '{"pla'}}), {content: 'x'}],
    })
    const deltas = await asked(model, {tools: [weatherTool], maxTokens: 1})
    expect(callsOf(deltas)).toEqual([])
    expect(endOf(deltas).finish).toBe('length')
  })

  it.each([
    ['reasoning_content', [{reasoning_content: '\nHm, '}, {reasoning_content: 'well.'}, {content: '\n\nYes.'}]],
    ['reasoning', [{reasoning: 'Hm, well.'}, {content: 'Yes.'}]],
    ['marks in the text', ['<th', 'ink>\nHm, ', 'well.</', 'think>\n\nYes', '.'].map(content => ({content}))],
  ])('tells thoughts from the answer: %s', async (_how, deltas) => {
    const {model} = await opened({deltas: () => deltas})
    const heard = await asked(model)
    expect(thoughtOf(heard)).toBe('Hm, well.')
    expect(answerOf(heard)).toBe('Yes.')
  })

  it.each([
    ['llama-server', {cachedTokens: 1, tokensPerSecond: 42}],
    ['vllm', {cachedTokens: 3}],
  ] as const)('has the usage that %s counts', async (kind, usage) => {
    const {model} = await opened({kind})
    expect(endOf(await asked(model)).usage).toMatchObject({completionTokens: 3, ...usage})
  })
})

describe('what goes wrong', () => {
  const status = (code: number, message: string): OpenAiPeerOptions => ({
    fault: ({path}) => (path.includes('chat') ? {kind: 'status', status: code, body: {error: {message}}} : undefined),
  })

  it.each([
    [404, 'The model `x` does not exist.', 'REMOTE_REFUSED'],
    [400, 'This is no request.', 'REMOTE_REFUSED'],
    [429, 'Too many requests.', 'ENGINE_BUSY'],
    [503, 'Loading model', 'ENGINE_BUSY'],
    [400, "This model's maximum context length is 5 tokens.", 'CONTEXT_FULL'],
    [500, 'CUDA error', 'ENGINE_FAILED'],
  ])('%i "%s" is %s', async (code, message, expected) => {
    const {model} = await opened(status(code, message))
    await expect(asked(model)).rejects.toMatchObject({code: expected, message: expect.stringContaining(message)})
  })

  it('refuses a wrong key without repeating it', async () => {
    const peer = await peerOf({key: 'right-key-of-tests'})
    const error = await modelOf(peer.url, {key: new Secret('wrong-key-of-tests')}).catch(thrown => thrown)
    expect(error).toMatchObject({code: 'TOKEN_REJECTED', suggestions: [expect.stringContaining('LLM_API_KEY')]})
    expect(`${error.message} ${error.cause}`).not.toContain('wrong-key')
  })

  it('waits for a server that loads, longer than for one that is not there', async () => {
    const loading = {kind: 'status', status: 503, body: {error: {code: 503, message: 'Loading model'}}} as const
    const {peer} = await opened(
      {fault: ({path}, count) => (path === '/v1/models' && count < 2 ? loading : undefined)},
      {waitMs: 60_000, reachMs: 0},
    )
    expect(peer.requests.filter(({path}) => path === '/v1/models')).toHaveLength(3)
  })

  it('asks again as long as nothing has come', async () => {
    const {peer, model} = await opened({
      fault: ({path}, count) =>
        path.includes('chat') && count < 2
          ? {kind: 'status', status: 503, body: {error: {message: 'busy'}}}
          : undefined,
    })
    expect(answerOf(await asked(model))).toBe('one two three')
    expect(peer.chats()).toHaveLength(3)
  })

  it.each([
    ['cut', {kind: 'cut', after: 1}, 'REMOTE_UNREACHABLE'],
    ['silent', {kind: 'stall', after: 1}, 'TIMED_OUT'],
    ['an error', {kind: 'error', after: 1, body: {error: {code: 500, message: 'out of memory'}}}, 'ENGINE_FAILED'],
  ] as const)(
    'a stream that is %s in the middle ends with an error, and is not begun again',
    async (_what, fault, code) => {
      const {peer, model} = await opened(
        {fault: ({path}) => (path.includes('chat') ? fault : undefined)},
        {silenceMs: 400},
      )
      const heard: string[] = []
      const listening = (async () => {
        for await (const {text} of model.chat(say('one two three'))) heard.push(text)
      })()
      await expect(listening).rejects.toMatchObject({code})
      expect(heard).toEqual(['one'])
      expect(peer.chats()).toHaveLength(1)
    },
  )

  it('closes the connection as soon as it is cancelled', async () => {
    const {peer, model} = await opened({
      fault: ({path}) => (path.includes('chat') ? {kind: 'stall', after: 1} : undefined),
    })
    const cancel = new AbortController()
    const listening = (async () => {
      for await (const _delta of model.chat(say('one two'), {signal: cancel.signal})) setImmediate(() => cancel.abort())
    })()
    await expect(listening).rejects.toMatchObject({code: 'CANCELLED'})
    await vi.waitFor(() => expect(peer.chats()[0]?.left).toBe(true))
  })

  it('says that it was closed to who still listens', async () => {
    const {model} = await opened({fault: ({path}) => (path.includes('chat') ? {kind: 'stall', after: 1} : undefined)})
    const listening = (async () => {
      for await (const _delta of model.chat(say('one two'))) setImmediate(() => void model.close())
    })()
    await expect(listening).rejects.toMatchObject({code: 'ENGINE_UNAVAILABLE'})
  })

  it('says where nothing listens', async () => {
    const peer = await openAiPeer()
    await peer.close()
    await expect(modelOf(peer.url, {waitMs: 600_000, reachMs: 0})).rejects.toMatchObject({
      code: 'REMOTE_UNREACHABLE',
      message: expect.stringContaining(new URL(peer.url).host),
    })
  })

  it('says that a server is of another kind', async () => {
    const peer = await peerOf({fault: () => ({kind: 'status', status: 200, body: {hello: 'world'}})})
    await expect(modelOf(peer.url)).rejects.toMatchObject({code: 'REMOTE_REFUSED'})
  })
})
