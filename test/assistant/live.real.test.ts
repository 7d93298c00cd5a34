// What June remembers of a live turn is what was heard of it, in her own process and over gRPC.
import {chatAssistant} from '@essence/core/assistant/chat-assistant'
import {openRemoteAssistant} from '@essence/core/assistant/grpc/client'
import {serveAssistant} from '@essence/core/assistant/grpc/server'
import type {Assistant, LiveReply} from '@essence/core/assistant/port'
import {Condition} from '@essence/core/kit/flow/condition'
import {describe, expect, it, onTestFinished} from 'vitest'
import {collected} from '../collected.ts'
import {request} from './conformance.ts'
import {scriptedModel} from './scripted-model.ts'

const answer = 'The sea is wide and blue and deep and full of fish.'

/** A model that answers all alike, slowly enough to be stopped, and the prompts it had. */
const model = () => {
  const words = scriptedModel(() => answer)
  let written = 0
  return {
    ...words,
    written: () => written,
    async *chat(...asked: Parameters<typeof words.chat>) {
      for await (const delta of words.chat(...asked)) {
        await new Promise(resolve => setImmediate(resolve))
        if (asked[1]?.signal?.aborted) throw asked[1].signal.reason
        written++
        yield delta
      }
    },
  }
}

const local = (llm: ReturnType<typeof model>): Assistant => chatAssistant(llm)

const remote = async (behind: Assistant): Promise<Assistant> => {
  const rpc = await serveAssistant({
    ...{host: '127.0.0.1', port: 0, variable: 'LLM_PORT', version: '1', idleMs: 5000, stallMs: 5000},
    maxDocumentBytes: 1,
    engines: () => ({assistant: behind, llm: undefined, embedder: undefined}),
  })
  await rpc.ready()
  const assistant = await openRemoteAssistant({url: rpc.url})
  onTestFinished(async () => {
    await assistant.close()
    await rpc.close()
  })
  return assistant
}

const turn = () => {
  const settled = Promise.withResolvers<void>()
  const heard = Promise.withResolvers<string | undefined>()
  const live: LiveReply = {settled: settled.promise, heard: heard.promise}
  return {live, settle: settled.resolve, hear: heard.resolve}
}

/** What of earlier talk a further question has in its prompt. */
const remembered = async (assistant: Assistant, llm: ReturnType<typeof model>): Promise<string[]> => {
  await collected(assistant.reply(request('and now?')))
  return (llm.asked.at(-1)?.messages ?? []).slice(1, -1).map(({content}) => content)
}

describe.each(['in process', 'over gRPC'])('a live turn %s', where => {
  const open = async () => {
    const llm = model()
    const assistant = local(llm)
    return {llm, assistant: where === 'in process' ? assistant : await remote(assistant)}
  }

  it('is remembered as far as it was heard, and the next one waits for that', async () => {
    const {llm, assistant} = await open()
    const {live, settle, hear} = turn()
    settle()
    await collected(assistant.reply(request('what is the sea?', {live})))
    const next = remembered(assistant, llm)
    expect(llm.asked).toHaveLength(1)
    hear('The sea is wide')
    expect(await next).toEqual(['what is the sea?', 'The sea is wide'])
  })

  it('is not remembered where it was never said', async () => {
    const {llm, assistant} = await open()
    const {live, hear} = turn()
    await collected(assistant.reply(request('what is', {live})))
    hear(undefined)
    expect(await remembered(assistant, llm)).toEqual([])
  })

  it('leaves nothing where it is thrown away while it is written', async () => {
    const {llm, assistant} = await open()
    const {live, hear} = turn()
    const stop = new AbortController()
    const reading = (async () => {
      for await (const _ of assistant.reply(request('what is', {live, signal: stop.signal}))) {
        hear(undefined)
        stop.abort()
      }
    })()
    await expect(reading).rejects.toMatchObject({code: 'CANCELLED'})
    expect(await remembered(assistant, llm)).toEqual([])
    expect(llm.written()).toBeLessThan(2 * answer.split(' ').length)
  })

  it('is remembered with what was heard where it is interrupted while it is written', async () => {
    const {llm, assistant} = await open()
    const {live, settle, hear} = turn()
    const stop = new AbortController()
    settle()
    const reading = (async () => {
      for await (const _ of assistant.reply(request('what is the sea?', {live, signal: stop.signal}))) {
        hear('The sea')
        stop.abort()
      }
    })()
    await expect(reading).rejects.toMatchObject({code: 'CANCELLED'})
    expect(await remembered(assistant, llm)).toEqual(['what is the sea?', 'The sea'])
  })

  it('stands with a mark for an answer where nothing of that was heard', async () => {
    const {llm, assistant} = await open()
    const {live, settle, hear} = turn()
    settle()
    hear('')
    await collected(assistant.reply(request('what is the sea?', {live})))
    expect(await remembered(assistant, llm)).toEqual(['what is the sea?', '…'])
  })
})

describe.each(['in process', 'over gRPC'])('tools of a live turn %s', where => {
  it('are not called before it is certain what the person said', async () => {
    const calls: string[] = []
    const changed = new Condition()
    const toolbox = {
      definitions: [{name: 'lamp', description: 'Switches the lamp.', parameters: {type: 'object', properties: {}}}],
      lacks: [],
      pending: async () => undefined,
      async call({name}: {name: string}) {
        calls.push(name)
        changed.changed()
        return {kind: 'result', text: 'The lamp is on.'}
      },
    }
    const llm = scriptedModel(messages => (messages.at(-1)?.role === 'tool' ? 'It is on.' : [{call: 'lamp'}]))
    const own = chatAssistant(llm, {toolbox: toolbox as never})
    const assistant = where === 'in process' ? own : await remote(own)
    const {live, settle, hear} = turn()
    const reading = collected(assistant.reply(request('switch the lamp on', {live})))
    const soon = new AbortController()
    setImmediate(() => setImmediate(() => soon.abort()))
    expect(await changed.until(() => calls.length > 0, soon.signal)).toBe(false)
    settle()
    const text = (await reading).map(({text}) => text).join('')
    expect(text).toBe('It is on.')
    expect(calls).toEqual(['lamp'])
    hear(text)
  })
})
