import {type ChatAssistantOptions, chatAssistant, defaultSystemPrompt} from '@essence/core/assistant/chat-assistant'
import {mockLlm} from '@essence/core/llm/mock'
import type {ChatMessage} from '@essence/core/llm/port'
import type {Toolbox, ToolOutcome} from '@essence/core/tools/port'
import {describe, expect, it} from 'vitest'
import {ask, request} from './conformance.ts'

/** An assistant over a model that keeps what it was asked and answers `answer <n>`. */
const listening = (options: ChatAssistantOptions = {}) => {
  const asked: ChatMessage[][] = []
  const llm = mockLlm({
    reply: messages => {
      asked.push(messages)
      return `answer ${asked.length}`
    },
  })
  return {assistant: chatAssistant(llm, options), asked, contents: () => asked.at(-1)?.map(({content}) => content)}
}

describe('the chat assistant', () => {
  it('tells the model its part, and what was said before', async () => {
    const {assistant, asked} = listening()
    await ask(assistant, 'one')
    expect(await ask(assistant, 'two')).toBe('answer 2')
    expect(asked.at(-1)).toEqual([
      {role: 'system', content: defaultSystemPrompt},
      {role: 'user', content: 'one'},
      {role: 'assistant', content: 'answer 1'},
      {role: 'user', content: 'two'},
    ])
  })

  it('keeps sessions apart, and forgets one when told', async () => {
    const {assistant, contents} = listening({systemPrompt: ''})
    await ask(assistant, 'a', {session: 'a'})
    await ask(assistant, 'b', {session: 'b'})
    expect(contents()).toEqual(['b'])
    await assistant.forget('a', 'test')
    await ask(assistant, 'again', {session: 'a'})
    expect(contents()).toEqual(['again'])
    await ask(assistant, 'again', {session: 'b'})
    expect(contents()).toEqual(['b', 'answer 2', 'again'])
  })

  it('remembers an exchange only when it ran to its end', async () => {
    const {assistant, contents} = listening({systemPrompt: ''})
    for await (const _delta of assistant.reply(request('left'))) break
    const cancel = new AbortController()
    const cancelled = (async () => {
      for await (const _delta of assistant.reply(request('cancelled', {signal: cancel.signal}))) cancel.abort()
    })()
    await expect(cancelled).rejects.toMatchObject({code: 'CANCELLED'})
    await ask(assistant, 'now')
    expect(contents()).toEqual(['now'])
  })

  it('forgets an exchange that is running when its session is forgotten', async () => {
    const {assistant, contents} = listening({systemPrompt: ''})
    for await (const _delta of assistant.reply(request('secret'))) await assistant.forget('test')
    await ask(assistant, 'now')
    expect(contents()).toEqual(['now'])
  })

  it('remembers answers, not thoughts', async () => {
    const asked: ChatMessage[][] = []
    const llm = mockLlm({thought: 'let me see', reply: messages => `yes ${asked.push(messages)}`})
    const assistant = chatAssistant(llm, {systemPrompt: ''})
    await ask(assistant, 'one')
    await ask(assistant, 'two')
    expect(JSON.stringify(asked)).not.toContain('let me see')
  })

  it('answers one request of a session after the other', async () => {
    const gate = Promise.withResolvers<void>()
    const order: string[] = []
    const llm = mockLlm({
      reply: messages => `${messages.length}`,
      beforeDelta: async () => {
        order.push('begins')
        if (order.length === 1) await gate.promise
        order.push('ends')
      },
    })
    const assistant = chatAssistant(llm, {systemPrompt: ''})
    const cancel = new AbortController()
    const first = ask(assistant, 'one')
    const impatient = ask(assistant, 'never', {signal: cancel.signal})
    const second = ask(assistant, 'two')
    cancel.abort()
    await expect(impatient).rejects.toMatchObject({code: 'CANCELLED'})
    gate.resolve()
    expect([await first, await second]).toEqual(['1', '3'])
    expect(order).toEqual(['begins', 'ends', 'begins', 'ends'])
  })

  it('refuses a session that asks without waiting', async () => {
    const gate = Promise.withResolvers<void>()
    const assistant = chatAssistant(mockLlm({beforeDelta: () => gate.promise}))
    const asking = Array.from({length: 20}, () => ask(assistant, 'spam'))
    const settled = Promise.allSettled(asking)
    await expect(asking.at(-1)).rejects.toMatchObject({code: 'ENGINE_BUSY'})
    gate.resolve()
    expect((await settled).filter(({status}) => status === 'fulfilled')).toHaveLength(16)
    expect(await ask(assistant, 'patient')).not.toBe('')
  })

  it('forgets the older half when there are too many messages', async () => {
    const {assistant, asked} = listening({systemPrompt: '', historyMessages: 8})
    for (let turn = 0; turn < 12; turn++) await ask(assistant, `question ${turn}`)
    const lengths = asked.map(messages => messages.length)
    expect(Math.max(...lengths)).toBe(9)
    // Grows to its limit, then falls back to half of it: most prompts begin as the one before.
    expect(lengths).toEqual([1, 3, 5, 7, 9, 5, 7, 9, 5, 7, 9, 5])
    for (const messages of asked) expect(messages[0]?.role).toBe('user')
  })

  it('forgets the older half when the prompt would have too many tokens, as the model counts them', async () => {
    // A word is a token: a question has 20, its answer 2.
    const {assistant, asked} = listening({systemPrompt: 'Be brief.', promptTokens: 120})
    for (let turn = 0; turn < 20; turn++) await ask(assistant, `${turn} ${'word '.repeat(19)}`)
    const tokens = asked.map(messages => messages.reduce((sum, {content}) => sum + content.trim().split(' ').length, 0))
    expect(Math.max(...tokens)).toBeLessThanOrEqual(120)
    expect(tokens.filter(count => count > 90).length).toBeGreaterThan(5)
    const starts = asked.map(messages => messages[1]?.content)
    expect(new Set(starts).size).toBeLessThan(10)
    for (const messages of asked) expect(messages.map(({role}) => role).slice(0, 2)).toEqual(['system', 'user'])
  })

  it('forgets all of a history rather than to fail, and fails where the message alone is too long', async () => {
    const llm = mockLlm({contextTokens: 100})
    const assistant = chatAssistant(llm, {systemPrompt: 'Be brief.'})
    for (const length of [40, 95, 98]) {
      expect(await ask(assistant, 'word '.repeat(length))).toContain('word')
    }
    await expect(ask(assistant, 'word '.repeat(99))).rejects.toMatchObject({code: 'CONTEXT_FULL'})
    expect(await ask(assistant, 'short')).toBe('[mock] short')
  })

  it('begins anew after a long silence', async () => {
    let now = 0
    const {assistant, contents} = listening({systemPrompt: '', idleForgetMs: 1000, now: () => now})
    await ask(assistant, 'one')
    now += 999
    await ask(assistant, 'two')
    expect(contents()).toHaveLength(3)
    now += 1000
    await ask(assistant, 'three')
    expect(contents()).toEqual(['three'])
  })

  it('remembers so many sessions and no more', async () => {
    const {assistant, contents} = listening({systemPrompt: '', sessions: 2})
    for (const session of ['a', 'b', 'a', 'c']) await ask(assistant, session, {session})
    await ask(assistant, 'again', {session: 'a'})
    expect(contents()).toHaveLength(5)
    await ask(assistant, 'again', {session: 'b'})
    expect(contents()).toEqual(['again'])
  })

  it('hands the session on as conversation, and its sampling', async () => {
    const given: object[] = []
    const llm = mockLlm()
    const chat: typeof llm.chat = (messages, options = {}) => {
      given.push(options)
      return llm.chat(messages, options)
    }
    const assistant = chatAssistant({...llm, chat}, {sampling: {temperature: 0, maxTokens: 50}})
    await ask(assistant, 'hi', {session: 's'})
    expect(given).toMatchObject([{temperature: 0, maxTokens: 50, thoughtTokens: 0, conversation: '["test","s"]'}])
  })

  it('says itself what came of a yes, where the model has not learnt to call tools', async () => {
    const confirmation = {id: 'c', tool: 't', arguments: '{}', question: 'Shall I?', expiresAt: new Date()}
    let outcome: ToolOutcome = {kind: 'result', text: 'gone'}
    const toolbox: Toolbox = {
      ...{definitions: [], lacks: []},
      call: async () => outcome,
      pending: async () => confirmation,
      decide: async () => outcome,
      close: async () => {},
    }
    const assistant = chatAssistant({...mockLlm(), callsTools: false}, {toolbox})
    expect(await ask(assistant, 'Ja!', {language: 'de'})).toBe('Ist erledigt.')
    outcome = {kind: 'error', text: 'no'}
    expect(await ask(assistant, 'yes', {language: 'en'})).toBe('That did not work.')
  })
})
