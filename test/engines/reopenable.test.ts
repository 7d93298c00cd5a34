import {chatAssistant} from '@essence/core/assistant/chat-assistant'
import {demoMind} from '@essence/core/assistant/demo'
import type {Engines, OpenOptions} from '@essence/core/engines/open'
import {openReopenable} from '@essence/core/engines/reopenable'
import {mockLlm} from '@essence/core/llm/mock'
import {mockEmbedder} from '@essence/core/llm/mock-embedder'
import type {ChatMessage} from '@essence/core/llm/port'
import {describe, expect, it} from 'vitest'
import {ask, request} from '../assistant/conformance.ts'
import {collected} from '../collected.ts'
import {answerOf, say} from '../llm/conformance.ts'
import {scriptedEngines} from './scripted.ts'
import {scriptedMind} from './scripted-mind.ts'

type Options = Pick<OpenOptions, 'signal' | 'kept'>

/** The demonstration first; a language model, which keeps what it was asked, once it is `installed`. */
const june = async () => {
  const asked: ChatMessage[][] = []
  const state = {installed: false, broken: false}
  const demo = scriptedEngines({notices: ['only a demonstration']})
  const real = scriptedEngines()
  const llm = mockLlm({
    reply: messages => {
      asked.push(messages)
      return 'the answer'
    },
  })
  const engines = await openReopenable(async ({kept}: Options) => {
    if (state.broken) throw new Error('damaged')
    return state.installed
      ? {...real, assistant: chatAssistant(llm, {systemPrompt: '', conversations: kept?.conversations})}
      : {...demo, assistant: demoMind({conversations: kept?.conversations})}
  }, {})
  return {engines, state, demo, real, contents: () => asked.at(-1)?.map(({content}) => content)}
}

describe('engines that are opened anew', () => {
  it('go on with a conversation: what was said before and meanwhile is known', async () => {
    const {engines, state, demo, contents} = await june()
    await ask(engines.assistant, 'My name is Ada.')
    const running = engines.assistant.reply(request('My dog is called Bello.'))[Symbol.asyncIterator]()
    await running.next()

    state.installed = true
    await engines.reopen(undefined)
    expect(engines.notices).toEqual([])
    expect(demo.trace.closed).toBe(0)
    let rest = ''
    for (let next = await running.next(); !next.done; next = await running.next()) rest += next.value.text
    expect(rest).toContain('demonstration')
    expect(demo.trace.closed).toBe(1)

    expect(await ask(engines.assistant, 'What is my dog called?')).toBe('the answer')
    expect(contents()).toEqual([
      'My name is Ada.',
      expect.stringContaining('Ada'),
      'My dog is called Bello.',
      // Not that it is a demonstration: a model would go on saying so.
      'I heard you.',
      'What is my dog called?',
    ])
  })

  it('give the bare models as they are at the moment of a call', async () => {
    const [first, second] = [scriptedEngines(), scriptedEngines()]
    const sets: Engines[] = [
      {...first, model: mockLlm({reply: () => 'first'}), embedder: mockEmbedder()},
      {...second, model: {...mockLlm({reply: () => 'second'}), callsTools: false}},
    ]
    const engines = await openReopenable(async () => sets.shift() ?? scriptedEngines(), {})
    const {model, embedder} = engines
    if (!model || !embedder) throw new Error('There are no models.')
    expect(answerOf(await collected(model.chat(say('Hi.'))))).toBe('first')
    expect(await embedder.embed(['a'], {as: 'query'})).toEqual(await mockEmbedder().embed(['a'], {as: 'query'}))

    const running = model.chat(say('Hi.'))[Symbol.asyncIterator]()
    await running.next()
    await engines.reopen(undefined)
    expect(first.trace.closed).toBe(0)
    await running.return?.()
    expect(first.trace.closed).toBe(1)
    expect(answerOf(await collected(model.chat(say('Hi.'))))).toBe('second')
    expect(model.callsTools).toBe(false)
    expect(engines.embedder).toBeUndefined()
    await expect(embedder.embed(['a'], {as: 'query'})).rejects.toMatchObject({code: 'ENGINE_UNAVAILABLE'})

    await engines.reopen(undefined)
    expect(engines.model).toBeUndefined()
    await expect(collected(model.chat(say('Hi.')))).rejects.toMatchObject({code: 'ENGINE_UNAVAILABLE'})
    await engines.close()
  })

  it('stay what they are where the new ones cannot be opened', async () => {
    const {engines, state, demo} = await june()
    state.broken = true
    await expect(engines.reopen(undefined)).rejects.toThrow('damaged')
    expect(await ask(engines.assistant, 'My name is Ada.')).toContain('Ada')
    expect(demo.trace.closed).toBe(0)
  })

  it('end a recognition and a sentence on what they began with, and are closed after the last', async () => {
    const {engines, state, demo, real} = await june()
    const heard = engines.stt.recognize(new Float32Array(1600))
    const speech = engines.tts.synthesize('Hello.')[Symbol.asyncIterator]()
    expect((await speech.next()).done).toBe(false)
    state.installed = true
    await engines.reopen(undefined)
    expect((await heard).text).toBe('hello june')
    expect(demo.trace.closed).toBe(0)
    expect((await speech.next()).done).toBe(true)
    expect(demo.trace.closed).toBe(1)
    await engines.close()
    expect([demo.trace.closed, real.trace.closed]).toEqual([1, 1])
  })

  it('forget a conversation for good, whoever answered', async () => {
    const {engines, state, contents} = await june()
    await ask(engines.assistant, 'My name is Ada.')
    await engines.assistant.forget(request('').session)
    state.installed = true
    await engines.reopen(undefined)
    await ask(engines.assistant, 'Who am I?')
    expect(contents()).toEqual(['Who am I?'])
  })
})

it('engines that are opened anew show the mind of those in use, and watching it keeps no old ones', async () => {
  const [before, after] = [scriptedMind(), scriptedMind()]
  const first = scriptedEngines({mind: before.mind, lacks: ['no documents']})
  let opened: Engines = first
  const engines = await openReopenable(async () => opened, {})
  expect(engines.assistant.mind).toBe(before.mind)
  expect(engines.assistant.lacks).toEqual(['no documents'])
  const stop = new AbortController()
  const watch = engines.assistant.mind?.reminders.due('web', stop.signal)[Symbol.asyncIterator]().next()
  opened = scriptedEngines({mind: after.mind})
  await engines.reopen(undefined)
  expect(engines.assistant.mind).toBe(after.mind)
  expect(engines.assistant.lacks).toBeUndefined()
  expect(first.trace.closed).toBe(1)
  stop.abort()
  await watch
})
