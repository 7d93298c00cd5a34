// A model and an embedder over gRPC are the ones behind it: the suite of the port, every option, and who leaves.
import {openRemoteMind} from '@essence/core/assistant/grpc/client'
import {serveAssistant} from '@essence/core/assistant/grpc/server'
import {mockAssistant} from '@essence/core/assistant/mock'
import {EssenceError} from '@essence/core/kit/errors'
import type {Embedder} from '@essence/core/llm/embedding-port'
import {mockLlm} from '@essence/core/llm/mock'
import type {ChatDelta, ChatMessage, ChatOptions, LanguageModel} from '@essence/core/llm/port'
import {afterAll, describe, expect, it, onTestFinished} from 'vitest'
import {collected} from '../collected.ts'
import {answerOf, languageModelConformance, say, weatherTool} from '../llm/conformance.ts'
import {modelFolder} from '../llm/llama/test-model.ts'

const served = async (llm: LanguageModel, embedder?: Embedder) => {
  const rpc = await serveAssistant({
    ...{host: '127.0.0.1', port: 0, variable: 'LLM_PORT', version: '1.2.3', idleMs: 5000, stallMs: 5000},
    maxDocumentBytes: 1024,
    engines: () => ({assistant: mockAssistant(), llm, embedder}),
  })
  await rpc.ready()
  const remote = await openRemoteMind({url: rpc.url})
  const close = async (): Promise<void> => {
    await remote.assistant.close()
    await rpc.close()
    await llm.close()
  }
  if (!remote.llm) throw new Error('The service told of no model.')
  return {...remote, llm: remote.llm, close}
}

const opened = async (llm: LanguageModel, embedder?: Embedder) => {
  const remote = await served(llm, embedder)
  onTestFinished(() => remote.close())
  return remote
}

const models = modelFolder()
afterAll(() => models.close())

const overGrpc = async (llm: LanguageModel): Promise<LanguageModel> => {
  const {llm: remote, close} = await served(llm)
  let closed: Promise<void> | undefined
  return {
    ...remote,
    close: () => {
      closed ??= remote.close().then(close)
      return closed
    },
  }
}
languageModelConformance('a mock over gRPC', () => overGrpc(mockLlm({thought: 'let me see '})))
languageModelConformance('llama.cpp over gRPC', async () =>
  overGrpc(await models.inThread({seed: 7}, {contextTokens: 2048})),
)

/** A model that does as told, after noting what it was asked. */
const noting = (chat: LanguageModel['chat'] = mockLlm().chat) => {
  const asked: {messages: ChatMessage[]; options: ChatOptions}[] = []
  const llm: LanguageModel = {
    ...mockLlm(),
    chat(messages, options = {}) {
      asked.push({messages, options})
      return chat(messages, options)
    },
  }
  return {asked, llm}
}

describe('a model over gRPC', () => {
  it('is asked with every option, as it was given', async () => {
    const {asked, llm} = noting()
    const remote = await opened(llm)
    const options: ChatOptions = {
      ...{conversation: 'c', tools: [weatherTool], toolChoice: {name: 'weather'}, parallelToolCalls: false},
      ...{responseSchema: {type: 'object', properties: {a: {type: 'string'}}}, responseJson: true, maxTokens: 9},
      ...{temperature: 0, topP: 0.5, topK: 0, repetitionPenalty: 1.5, stopSequences: ['x'], thoughtTokens: 0, seed: 0},
    }
    const call = {id: 'a', name: 'weather', arguments: '{"place":"Oslo"}'}
    const messages: ChatMessage[] = [
      {role: 'system', content: 'Be brief.'},
      ...say('Rain?'),
      {role: 'assistant', content: 'Let me look.', toolCalls: [call]},
      {role: 'tool', content: 'Rain.', toolCallId: 'a', name: 'weather'},
    ]
    await collected(remote.llm.chat(messages, options))
    await collected(remote.llm.chat(say('Hi.'), {topP: 0, seed: 2 ** 32 - 1, toolChoice: 'none'}))
    await collected(remote.llm.chat(say('Hi.')))
    const [all, extreme, none] = asked.map(({options: {signal, ...others}}) => others)
    expect(all).toEqual(options)
    expect(asked[0]?.messages).toEqual(messages)
    expect(extreme).toMatchObject({topP: 0.000001, seed: 2 ** 32 - 1, toolChoice: 'none'})
    expect(none).toEqual({})
  })

  it('says all that the one behind it says', async () => {
    const usage = {promptTokens: 7, completionTokens: 3, cachedTokens: 5, tokensPerSecond: 12.5}
    const deltas: ChatDelta[] = [
      {kind: 'thought', text: 'hm'},
      {kind: 'answer', text: 'Let me look. '},
      {kind: 'toolCall', text: '', call: {id: 'a', name: 'weather', arguments: '{"place":"Oslo"}'}},
      {kind: 'toolCall', text: '', call: {id: 'b', name: 'weather', arguments: '{}'}},
      {kind: 'end', text: '', finish: 'toolCalls', usage},
    ]
    const {llm} = noting(async function* () {
      yield* deltas
    })
    const remote = await opened({...llm, callsTools: false})
    expect(await collected(remote.llm.chat(say('Rain?'), {tools: [weatherTool]}))).toEqual(deltas)
    expect(remote.llm).toMatchObject({
      callsTools: false,
      contextTokens: 4096,
      info: {engine: 'mock', demo: expect.any(String), deviceReason: expect.stringContaining('grpc://')},
    })
  })

  it.each(['CONTEXT_FULL', 'ENGINE_BUSY', 'USAGE', 'ENGINE_FAILED', 'REMOTE_REFUSED', 'TIMED_OUT'] as const)(
    'fails with %s where the one behind it does',
    async code => {
      const fail = (): never => {
        throw new EssenceError(code, 'It cannot.')
      }
      const remote = await opened({...mockLlm(), chat: fail, countTokens: async () => fail()})
      await expect(collected(remote.llm.chat(say('Hi.')))).rejects.toMatchObject({code})
      await expect(remote.llm.countTokens(say('Hi.'))).rejects.toMatchObject({code})
    },
  )

  it.each(['cancels', 'walks away', 'closes it'])('is let go at once by who %s', async how => {
    const left = Promise.withResolvers<void>()
    const {llm} = noting(async function* (_messages, {signal} = {}) {
      yield {kind: 'answer', text: 'One'}
      await new Promise<void>(resolve => signal?.addEventListener('abort', () => resolve(), {once: true}))
      left.resolve()
      throw new EssenceError('CANCELLED', 'Cancelled.')
    })
    const remote = await opened(llm)
    const cancel = new AbortController()
    const listening = (async () => {
      for await (const _delta of remote.llm.chat(say('Hi.'), {signal: cancel.signal})) {
        if (how === 'walks away') return
        if (how === 'cancels') cancel.abort()
        else await remote.llm.close()
      }
    })()
    if (how === 'walks away') await listening
    else await expect(listening).rejects.toMatchObject({code: how === 'cancels' ? 'CANCELLED' : 'ENGINE_UNAVAILABLE'})
    await left.promise
  })

  it('goes on when only its embedder was closed', async () => {
    const remote = await opened(mockLlm(), counting())
    await remote.embedder?.close()
    await expect(remote.embedder?.embed(['a'], {as: 'query'})).rejects.toMatchObject({code: 'ENGINE_UNAVAILABLE'})
    expect(answerOf(await collected(remote.llm.chat(say('Hi.'))))).toBe('[mock] Hi.')
  })
})

/** Numbers texts, and tells what they are. */
const counting = (): Embedder => ({
  info: {engine: 'test', model: 'm.gguf', device: 'cpu', deviceReason: 'a test'},
  ...{model: 'acme/m', dimension: 2, maxTokens: 9, close: async () => {}},
  embed: async (texts, {as}) => texts.map(text => Float32Array.of(as === 'query' ? 1 : 0, text.length)),
})

it('an embedder over gRPC embeds as the one behind it, however many texts there are', async () => {
  const {embedder} = await opened(mockLlm(), counting())
  expect(embedder).toMatchObject({model: 'acme/m', dimension: 2, maxTokens: 9, info: {engine: 'test', model: 'm.gguf'}})
  expect(await embedder?.embed(['a', 'bcd'], {as: 'query'})).toEqual([Float32Array.of(1, 1), Float32Array.of(1, 3)])
  const texts = Array.from({length: 3000}, (_, at) => 'x'.repeat(at % 7))
  const vectors = await embedder?.embed(texts, {as: 'passage'})
  expect(vectors).toEqual(texts.map(({length}) => Float32Array.of(0, length)))
  await expect(embedder?.embed(['a'], {as: 'query', signal: AbortSignal.abort()})).rejects.toMatchObject({
    code: 'CANCELLED',
  })
})

it('a service without a model tells of none', async () => {
  const rpc = await serveAssistant({
    ...{host: '127.0.0.1', port: 0, variable: 'LLM_PORT', version: '1.2.3', idleMs: 5000, stallMs: 5000},
    maxDocumentBytes: 1024,
    engines: () => ({assistant: mockAssistant(), llm: undefined, embedder: undefined}),
  })
  await rpc.ready()
  onTestFinished(() => rpc.close())
  const remote = await openRemoteMind({url: rpc.url})
  onTestFinished(() => remote.assistant.close())
  expect(remote).toMatchObject({llm: undefined, embedder: undefined})
})
