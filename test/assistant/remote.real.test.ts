// An assistant over gRPC is the assistant behind it: what it is asked, what it says, what it knows, and that it is waited for.
import {openRemoteAssistant} from '@essence/core/assistant/grpc/client'
import {serveAssistant} from '@essence/core/assistant/grpc/server'
import {mockAssistant} from '@essence/core/assistant/mock'
import type {Assistant, AssistantDelta, AssistantRequest, Mind} from '@essence/core/assistant/port'
import {patientAssistant} from '@essence/core/engines/remote/patience'
import {EssenceError} from '@essence/core/kit/errors'
import type {ConversationInfo, StoredMessage} from '@essence/core/memory/port'
import {expect, it, onTestFinished} from 'vitest'
import {collected} from '../collected.ts'
import {freePort} from '../kit/free-port.ts'

const serve = async (assistant: Assistant, port = 0) => {
  const rpc = await serveAssistant({
    ...{host: '127.0.0.1', port, variable: 'LLM_PORT', version: '1.2.3', idleMs: 5000, stallMs: 5000},
    maxDocumentBytes: 3 * 1024 ** 2,
    engines: () => ({assistant, llm: undefined, embedder: undefined}),
  })
  await rpc.ready()
  onTestFinished(() => rpc.close())
  return rpc
}

const connected = async (url: string): Promise<Assistant> => {
  const remote = await openRemoteAssistant({url})
  onTestFinished(() => remote.close())
  return remote
}

it('asks and says what the one behind it does', async () => {
  const asked: AssistantRequest[] = []
  const usage = {promptTokens: 7, completionTokens: 3, cachedTokens: 5, tokensPerSecond: 12.5}
  const last: AssistantDelta = {
    ...{kind: 'answer', text: '', finishReason: 'repetition', model: {finish: 'length', usage}},
    confirmation: {id: 'c', question: 'Send it?', expiresAt: new Date(5000)},
    sources: [
      {id: 'd', name: 'Guide', page: 2},
      {id: 'e', name: 'Notes', page: undefined},
    ],
    action: {kind: 'volume', level: undefined, step: -1},
  }
  const deltas: AssistantDelta[] = [{kind: 'thought', text: 'hm'}, {kind: 'answer', text: 'Yes.'}, last]
  const behind: Assistant = {
    ...mockAssistant(),
    lacks: ['no memory'],
    async *reply(request) {
      asked.push(request)
      yield* deltas
    },
  }
  const remote = await connected((await serve(behind)).url)
  const request = {
    ...{speaker: 'cli', session: 's', text: 'x', language: 'de', channel: 'cli', written: true, tools: false},
    among: {room: 'r', name: 'Ada'},
    decision: {confirmation: 'c', accepted: true},
    sampling: {temperature: 0, topK: 0, maxTokens: 5},
  }
  expect(await collected(remote.reply(request))).toEqual(deltas)
  expect(asked[0]).toMatchObject(request)
  expect(remote).toMatchObject({
    lacks: ['no memory'],
    mind: undefined,
    info: {engine: 'mock', demo: expect.any(String)},
  })
})

/** Knows one fact, takes documents, and reminds twice. */
const knowing = () => {
  const done: unknown[] = []
  const note = async (...what: unknown[]): Promise<void> => void done.push(what)
  const fact = {
    id: 'f',
    text: 'Lives in Lyon.',
    subject: 'home',
    provenance: 'said',
    importance: 0.5,
    validFrom: new Date(1),
  }
  const document = {id: 'd', name: 'a.txt', kind: 'text', chunks: 1, addedAt: new Date(2), state: 'ready'} as const
  const due = {id: 'r', speaker: 'p', session: 's', channel: 'web', text: 'Tea', language: 'en', dueAt: new Date(3)}
  const talk: ConversationInfo = {
    ...{id: 'c', session: 's', channel: undefined, title: 'Hello', messages: 2},
    ...{createdAt: new Date(4), lastAt: new Date(5)},
  }
  const said: StoredMessage[] = [
    {id: 'm', ordinal: 1, role: 'user', content: 'Hello', createdAt: new Date(4), tools: undefined},
    {id: 'n', ordinal: 2, role: 'tool', content: 'noon', createdAt: new Date(5), tools: ['clock']},
  ]
  const mind: Mind = {
    tools: ['clock'],
    memory: {
      facts: async speaker => (speaker === 'p' ? [{...fact, provenance: 'said'}] : []),
      correct: async (_, id, text) => {
        if (id !== 'f') throw new EssenceError('FACT_UNKNOWN', `There is no fact "${id}".`)
        return {...fact, provenance: 'said', text}
      },
      erase: (...what) => note('erase', ...what),
      eraseAll: (...what) => note('eraseAll', ...what),
      conversations: async (...what) => {
        note('conversations', ...what)
        return {items: [talk], total: 7}
      },
      messages: async (_, id, page) => {
        if (id !== talk.id) throw new EssenceError('CONVERSATION_UNKNOWN', `There is no conversation "${id}".`)
        note('messages', page)
        return said
      },
      renameConversation: (...what) => note('renameConversation', ...what),
      resumeConversation: (...what) => note('resumeConversation', ...what),
      removeConversation: (...what) => note('removeConversation', ...what),
    },
    documents: {
      async add({name, bytes, owner}, {onProgress} = {}) {
        onProgress?.(1, 2)
        return {...document, name, bytes: bytes.length, owner}
      },
      list: async owner => [{...document, bytes: 3, owner}],
      remove: (...what) => note('remove', ...what),
      search: async (query, {limit} = {}) => [
        {id: 'c', document: {id: 'd', name: 'a.txt'}, text: `${query} ${limit}`, page: 2, headings: ['A'], score: 0.5},
      ],
    },
    reminders: {
      list: async () => [{...due, kind: 'timer'}],
      cancel: async (_, id) => id === 'r',
      async *due(channel, signal) {
        yield {...due, channel}
        await new Promise(resolve => signal.addEventListener('abort', resolve, {once: true}))
      },
      delivered: id => note('delivered', id),
    },
  }
  const assistant: Assistant = {...mockAssistant(), mind, forget: (...what) => note('forget', ...what)}
  return {assistant, mind, done, due}
}

it('knows what the one behind it knows', async () => {
  const {assistant, mind: own, done} = knowing()
  const remote = await connected((await serve(assistant)).url)
  const {mind} = remote
  if (!mind) throw new Error('there is no mind')
  expect(mind.tools).toEqual(['clock'])
  expect(await mind.memory.facts('p')).toEqual(await own.memory.facts('p'))
  expect(await mind.memory.facts('q')).toEqual([])
  expect(await mind.memory.correct('p', 'f', 'Lives in Nice.')).toMatchObject({text: 'Lives in Nice.'})
  await expect(mind.memory.correct('p', 'g', 'x')).rejects.toMatchObject({code: 'FACT_UNKNOWN'})
  await mind.memory.erase('p', 'f')
  await mind.memory.eraseAll('p')
  const before = new Date(9)
  const listed = await mind.memory.conversations('p', {page: 2, pageSize: 3, before, session: 's', query: 'tea'})
  expect(listed).toEqual(await own.memory.conversations('p'))
  expect(await mind.memory.messages('p', 'c', {after: 4, limit: 5})).toEqual(await own.memory.messages('p', 'c'))
  await expect(mind.memory.messages('p', 'd')).rejects.toMatchObject({code: 'CONVERSATION_UNKNOWN'})
  await mind.memory.renameConversation('p', 'c', 'Tea')
  await mind.memory.resumeConversation('p', 'c')
  await mind.memory.resumeConversation('p', 'c', 's')
  await mind.memory.removeConversation('p', 'c')
  await mind.documents.remove('d', undefined)
  await mind.documents.remove('d', 'p')
  await mind.reminders.delivered('r')
  await remote.forget('s', 'p')
  expect(done).toEqual([
    ['erase', 'p', 'f'],
    ['eraseAll', 'p'],
    ['conversations', 'p', {page: 2, pageSize: 3, before, session: 's', query: 'tea'}],
    ['conversations', 'p'],
    ['messages', {after: 4, limit: 5}],
    ['messages', undefined],
    ['renameConversation', 'p', 'c', 'Tea'],
    ['resumeConversation', 'p', 'c', undefined],
    ['resumeConversation', 'p', 'c', 's'],
    ['removeConversation', 'p', 'c'],
    ['remove', 'd', undefined],
    ['remove', 'd', 'p'],
    ['delivered', 'r'],
    ['forget', 's', 'p'],
  ])
  const steps: number[][] = []
  const bytes = new Uint8Array(2.5 * 1024 ** 2)
  const onProgress = (...step: number[]): void => void steps.push(step)
  const added = await mind.documents.add({name: 'b.txt', bytes, owner: 'p'}, {onProgress})
  expect(added).toMatchObject({name: 'b.txt', bytes: bytes.length, owner: 'p', addedAt: new Date(2)})
  expect(steps).toEqual([[1, 2]])
  const tooLarge = mind.documents.add({name: 'c.txt', bytes: new Uint8Array(4 * 1024 ** 2)})
  await expect(tooLarge).rejects.toMatchObject({code: 'DOCUMENT_TOO_LARGE'})
  expect(await mind.documents.list()).toMatchObject([{id: 'd', kind: 'text', bytes: 3}])
  expect(await mind.documents.search('x', {limit: 4})).toEqual(await own.documents.search('x', {limit: 4}))
  expect(await mind.reminders.list('p')).toEqual(await own.reminders.list('p'))
  expect(await mind.reminders.cancel('p', 'x')).toBe(false)
})

it('listens for reminders also when the service is started again', async () => {
  const {assistant, due} = knowing()
  const port = await freePort()
  const first = await serve(assistant, port)
  const {mind} = await connected(first.url)
  const stop = new AbortController()
  const heard = mind?.reminders.due('web', stop.signal)[Symbol.asyncIterator]()
  expect((await heard?.next())?.value).toEqual(due)
  const again = heard?.next()
  await first.drain(AbortSignal.timeout(5000))
  await first.close()
  await serve(assistant, port)
  expect((await again)?.value).toEqual(due)
  stop.abort()
  await heard?.next().catch(() => {})
})

it('is waited for while it is away, as long as nothing was said', async () => {
  const port = await freePort()
  const first = await serve(mockAssistant(), port)
  const remote = patientAssistant(await connected(first.url))
  await first.close()
  const said = collected(remote.reply({speaker: 'cli', session: 's', text: 'x'}))
  await serve(mockAssistant(), port)
  expect((await said).map(({text}) => text).join('')).toBe('You said: x')
})
