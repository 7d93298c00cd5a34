// Two people, with two kinds of tokens, do anything at the same time: nothing of one ever reaches the other.
import fc from 'fast-check'
import {afterAll, beforeAll, describe, expect, it, vi} from 'vitest'
import {connected} from '../seed/seed-gateway.ts'
import {expectFailure, runs} from './hard-gateway.ts'
import {openTwo} from './open-two.ts'

// Thousands of requests, on a machine that may be busy.
vi.setConfig({testTimeout: 600_000, hookTimeout: 300_000})

interface Person {
  name: string
  /** Is in all that this person says, and nowhere else. */
  mark: string
  bearer: string
}

let june: Awaited<ReturnType<typeof openTwo>>
let people: readonly [Person, Person]
/** Ids that anybody was told, for anybody to try. */
const ids: Record<'response' | 'document' | 'fact' | 'conversation', string[]> = {
  response: ['resp_none'],
  document: ['none'],
  fact: ['none'],
  conversation: ['none'],
}

beforeAll(async () => {
  june = await openTwo()
  const {access} = june
  for (const username of ['anna', 'ben']) await access.users.create({username})
  const {key} = await access.keys.create({
    name: 'all',
    userId: 'ben',
    permissions: [
      'service.inference',
      'conversations.read',
      'conversations.write',
      'memory.read',
      'memory.write',
      'documents.read',
      'documents.write',
    ],
  })
  people = [
    {name: 'anna', mark: 'marzipan', bearer: (await access.issue('anna')).accessToken},
    {name: 'ben', mark: 'turpentine', bearer: key},
  ]
})
afterAll(() => june?.[Symbol.asyncDispose]())

const ask = async ({bearer}: Person, method: string, path: string, body?: object, key?: string) => {
  const isForm = body instanceof FormData
  const response = await fetch(june.address + path, {
    method,
    headers: {
      authorization: `Bearer ${bearer}`,
      ...(body && !isForm && {'content-type': 'application/json'}),
      ...(key !== undefined && {'idempotency-key': key}),
    },
    ...(body && {body: isForm ? body : JSON.stringify(body)}),
  })
  const text = await response.text()
  if (response.status >= 400) expectFailure(response.status, text)
  return text
}

type Kind = keyof typeof ids
const note = (kind: Kind, text: string, pattern: RegExp): void => {
  for (const [, id = ''] of text.matchAll(pattern)) if (!ids[kind].includes(id)) ids[kind].push(id)
}
const nth = (kind: Kind, n: number): string => ids[kind][n % ids[kind].length] ?? ''

/** What one may do; what it was told. `n` chooses among names and ids that both know. */
const deeds: Record<string, (me: Person, other: Person, n: number) => Promise<string>> = {
  say: async (me, _, n) => ask(me, 'POST', '/chat', {text: `${me.mark} ${n}`, conversation_id: `c${n % 3}`}),
  sayTheSame: (me, _, n) => ask(me, 'POST', '/chat', {text: `again ${n % 2}`, conversation_id: 'same'}, `key${n % 3}`),
  turn: (me, _, n) =>
    ask(
      me,
      'POST',
      '/api/turn',
      {text: `${me.mark} ${n}`, session: `c${n % 3}`, speak: false},
      n % 2 ? `key${n % 3}` : undefined,
    ),
  forget: (me, _, n) => ask(me, 'DELETE', `/api/session/c${n % 3}`),
  async conversations(me) {
    const text = await ask(me, 'GET', '/conversations')
    note('conversation', text, /"id":"([^"]+)"/g)
    return text
  },
  read: (me, _, n) => ask(me, 'GET', `/conversations/${me.name}/${nth('conversation', n)}`),
  readTheirs: (me, other, n) => ask(me, 'GET', `/conversations/${other.name}/c${n % 3}`),
  readNamed: (me, _, n) => ask(me, 'GET', `/conversations/${me.name}/c${n % 3}`),
  removeAny: (me, _, n) => ask(me, 'DELETE', `/conversations/${me.name}/${nth('conversation', n)}`),
  async facts(me, _, n) {
    if (n % 3 === 0)
      await june.memory.note(`user:${me.name}`, {text: `${me.mark} is liked ${n}`, provenance: 'said'} as never)
    const text = await ask(me, 'GET', '/api/memory')
    note('fact', text, /"id":"([^"]+)"/g)
    return text
  },
  correct: (me, _, n) => ask(me, 'PATCH', `/api/memory/${nth('fact', n)}`, {text: `${me.mark} corrected`}),
  eraseFact: (me, _, n) => ask(me, 'DELETE', `/api/memory/${nth('fact', n)}`),
  async write(me, _, n) {
    const form = new FormData()
    form.append('file', new Blob([`${me.mark} is what this paper number ${n} is about.`]), `${me.mark}.txt`)
    return ask(me, 'POST', '/api/documents', form, n % 3 === 0 ? `key${n % 2}` : undefined)
  },
  async documents(me) {
    const text = await ask(me, 'GET', '/api/documents')
    note('document', text, /"id":"([^"]+)"/g)
    return text
  },
  search: (me, other) =>
    ask(me, 'GET', `/api/documents/search?q=${encodeURIComponent(`what paper is about ${other.mark.length}`)}`),
  removeDocument: (me, _, n) => ask(me, 'DELETE', `/api/documents/${nth('document', n)}`),
  complete: (me, _, n) =>
    ask(
      me,
      'POST',
      '/v1/chat/completions',
      {
        model: n % 2 ? 'june' : 'mock',
        messages: [{role: 'user', content: `${me.mark} ${n}`}],
        user: 'same',
        stream: n % 3 === 0,
      },
      n % 5 ? undefined : 'key',
    ),
  async respond(me, _, n) {
    const text = await ask(me, 'POST', '/v1/responses', {
      model: n % 2 ? 'june' : 'mock',
      input: `${me.mark} ${n}`,
      stream: n % 3 === 0,
      background: n % 7 === 0,
      ...(n % 4 === 0 && {previous_response_id: nth('response', n)}),
    })
    note('response', text, /"id":"(resp_[^"]+)"/g)
    return text
  },
  response: (me, _, n) => ask(me, 'GET', `/v1/responses/${nth('response', n)}`),
  cancel: (me, _, n) =>
    ask(me, 'POST', `/v1/responses/${nth('response', n)}/cancel`, undefined, n % 2 ? 'key' : undefined),
  deleteResponse: (me, _, n) => ask(me, 'DELETE', `/v1/responses/${nth('response', n)}`),
  async socket(me, _, n) {
    using client = await connected(june.address, `/ws/${me.name}?token=${me.bearer}`, {
      'x-forwarded-for': '203.0.113.9',
    })
    client.send({text: `${me.mark} ${n}`, conversation_id: `c${n % 3}`, stream: n % 2 === 0})
    return JSON.stringify(await client.until('response'))
  },
}

describe('two people', () => {
  it('never hear a word of each other', async () => {
    const deed = fc.tuple(fc.constantFrom(...Object.keys(deeds)), fc.nat(30))
    const side = fc.array(deed, {minLength: 4, maxLength: 12})
    const act = async (me: Person, other: Person, all: [string, number][]): Promise<void> => {
      for (const [name, n] of all) {
        const told = await deeds[name]?.(me, other, n)
        expect([name, told]).toEqual([name, expect.not.stringContaining(other.mark)])
      }
    }
    const property = fc.asyncProperty(side, side, async (annas, bens) => {
      const [anna, ben] = people
      await Promise.all([act(anna, ben, annas), act(ben, anna, bens)])
    })
    await fc.assert(property, runs(30))
    // It was not for want of anything to tell.
    for (const [kind, all] of Object.entries(ids))
      expect([kind, all.length]).toEqual([kind, expect.toSatisfy((count: number) => count > 1)])
  })

  it('are reminded of their own matters alone', async () => {
    const leaving = new AbortController()
    const streams = await Promise.all(
      people.map(async ({bearer}) => {
        const response = await fetch(`${june.address}/api/reminders?session=same`, {
          headers: {authorization: `Bearer ${bearer}`},
          signal: leaving.signal,
        })
        return response.body?.pipeThrough(new TextDecoderStream()).getReader()
      }),
    )
    const heard = ['', '']
    const listening = streams.map(async (reader, at) => {
      while (!heard[at]?.includes('last')) heard[at] += (await reader?.read())?.value ?? ''
    })
    for (const word of ['first', 'last']) {
      for (const {name, mark} of people) {
        june.remind({
          id: `${name}-${word}`,
          speaker: `user:${name}`,
          session: 'web:same',
          channel: 'web',
          text: `${mark} ${word}`,
          dueAt: new Date(),
        } as never)
      }
    }
    await Promise.all(listening)
    leaving.abort()
    expect(heard.map((text, at) => people.map(({mark}) => text.includes(mark)).indexOf(true) === at)).toEqual([
      true,
      true,
    ])
    expect(heard[0]).not.toContain('turpentine')
    expect(heard[1]).not.toContain('marzipan')
  })
})
