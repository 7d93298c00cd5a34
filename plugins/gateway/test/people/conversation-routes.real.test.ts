// What was said, over HTTP: for its person, for an admin, and for nobody else.
import {afterAll, beforeAll, beforeEach, describe, expect, it} from 'vitest'
import {type Answer, client, join} from './open-accounts.ts'
import {openPeople} from './open-people.ts'

type Ask = (method: string, path: string, body?: object) => Promise<Answer>

describe('conversations', () => {
  let june: Awaited<ReturnType<typeof openPeople>>
  let [anna, ben, boss, local]: [Ask, Ask, Ask, Ask] = [] as never
  const say = async (person: string, session: string, user: string) =>
    (await june.memory.open({speaker: person, session: `web:${session}`, channel: 'web'})).add({
      user,
      assistant: `You said: ${user}`,
    })
  const idOf = async (speaker: string) => (await june.memory.conversations(speaker)).items[0]?.id ?? ''

  beforeAll(async () => {
    june = await openPeople()
    const {access, address} = june
    anna = client(address, await join(access, 'anna'))
    ben = client(address, await join(access, 'ben'))
    boss = client(address, await join(access, 'boss', ['admin']))
    local = client(address)
  }, 200_000)
  afterAll(() => june?.[Symbol.asyncDispose]())
  beforeEach(async () => {
    for (const speaker of ['user:anna', 'user:ben', 'web:local']) await june.memory.eraseAll(speaker)
    await say('user:anna', 'kitchen', 'Where is the bakery?')
  })

  it('are listed by page', async () => {
    await say('user:anna', 'cellar', 'Is it dark?')
    const {headers, body} = await anna('GET', '/conversations?page_size=1')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(body).toMatchObject({
      conversations: [{session: 'cellar', title: 'Is it dark?', message_count: 2, channel: 'web'}],
      ...{total: 2, page: 1, page_size: 1, total_pages: 2},
    })
    const second = await anna('GET', '/conversations/anna?page_size=1&page=2')
    expect(second.body.conversations).toMatchObject([{session: 'kitchen'}])
    expect((await local('GET', '/conversations')).body).toMatchObject({conversations: [], total: 0})
    expect((await local('GET', '/conversations/anna')).body).toMatchObject({total: 2})
  })

  it('are found by words of what was said, and of the title', async () => {
    await say('user:anna', 'cellar', 'Is it dark?')
    const found = async (q: string) => (await anna('GET', `/conversations?q=${encodeURIComponent(q)}`)).body
    expect(await found('bakery')).toMatchObject({conversations: [{session: 'kitchen'}], total: 1, total_pages: 1})
    expect(await found('pharmacy')).toMatchObject({conversations: [], total: 0})
    expect((await anna('GET', '/conversations/anna?q=dark')).body).toMatchObject({total: 1})
    expect((await anna('GET', `/conversations?q=${'x'.repeat(201)}`)).status).toBe(400)
  })

  it('are named by their person', async () => {
    const id = await idOf('user:anna')
    expect((await anna('PATCH', `/conversations/anna/${id}`, {title: ' The baker '})).status).toBe(204)
    expect((await anna('GET', '/conversations?q=baker')).body).toMatchObject({
      conversations: [{id, title: 'The baker', session: 'kitchen'}],
    })
    for (const title of ['', '  ', 'x'.repeat(121), 4, undefined])
      expect((await anna('PATCH', `/conversations/anna/${id}`, {title})).status).toBe(400)
  })

  it('go on where they fell silent', async () => {
    const id = await idOf('user:anna')
    expect((await anna('POST', `/conversations/anna/${id}/resume`, {session: 'cellar'})).status).toBe(204)
    await say('user:anna', 'cellar', 'And the pharmacy?')
    expect((await anna('GET', '/conversations')).body).toMatchObject({
      conversations: [{id, session: 'cellar', message_count: 4}],
      total: 1,
    })
    expect((await anna('POST', `/conversations/anna/cellar/resume`)).status).toBe(204)
    expect((await anna('POST', `/conversations/anna/${id}/resume`, {session: 'no:name'})).status).toBe(400)
    expect((await anna('POST', '/conversations/anna/attic/resume')).status).toBe(404)
  })

  it('are read by id or by the name a client gave, part by part', async () => {
    await say('user:anna', 'kitchen', 'And the pharmacy?')
    const id = await idOf('user:anna')
    const {body} = await anna('GET', `/conversations/anna/${id}?limit=3`)
    expect(body).toMatchObject({
      ...{conversation_id: id, user_id: 'anna', chat_id: id},
      messages: [
        {role: 'user', content: 'Where is the bakery?', created_at: expect.stringMatching(/^20.*Z$/)},
        {role: 'assistant', content: 'You said: Where is the bakery?'},
        {role: 'user', content: 'And the pharmacy?'},
      ],
    })
    const rest = await anna('GET', `/conversations/anna/kitchen?after=${body.next_after}`)
    expect(rest.body).toMatchObject({conversation_id: id, messages: [{content: 'You said: And the pharmacy?'}]})
    expect(rest.body.next_after).toBeUndefined()
  })

  it('are taken along as JSON or as text', async () => {
    const id = await idOf('user:anna')
    const json = await anna('GET', '/conversations/anna/kitchen/export')
    expect(json.headers.get('content-disposition')).toBe(`attachment; filename="conversation-${id}.json"`)
    expect(json.body).toEqual({
      ...{conversation_id: id, user_id: 'anna', chat_id: 'kitchen', metadata: {}, message_count: 2},
      created_at: expect.any(String),
      updated_at: expect.any(String),
      messages: [
        expect.objectContaining({role: 'user', content: 'Where is the bakery?', metadata: expect.any(Object)}),
        expect.objectContaining({role: 'assistant', content: 'You said: Where is the bakery?'}),
      ],
    })
    const text = await anna('GET', `/conversations/anna/${id}/export?format=txt`)
    expect(text.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    expect(text.headers.get('content-disposition')).toContain('.txt"')
    expect(text.text).toMatch(/ Person: Where is the bakery\?\n.* June: You said: Where is the bakery\?\n$/)
  })

  it('are taken along whole, however long', async () => {
    const conversation = await june.memory.open({speaker: 'user:anna', session: 'web:long', channel: 'web'})
    for (let n = 0; n < 260; n++) await conversation.add({user: `question ${n}`, assistant: 'Yes.'})
    const {body} = await anna('GET', '/conversations/anna/long/export')
    expect(body.message_count).toBe(520)
    expect(body.messages.filter((one: {role: string}) => one.role === 'user').at(-1).content).toBe('question 259')
  })

  it('are erased', async () => {
    expect((await anna('DELETE', '/conversations/anna/kitchen')).status).toBe(204)
    expect((await anna('GET', '/conversations')).body.total).toBe(0)
    expect(await anna('DELETE', '/conversations/anna/kitchen')).toMatchObject({
      status: 404,
      body: {error: {code: 'CONVERSATION_UNKNOWN'}},
    })
  })

  it('are nobody else’s', async () => {
    const id = await idOf('user:anna')
    for (const [method, path] of [
      ['GET', '/conversations/anna'],
      ['GET', `/conversations/anna/${id}`],
      ['GET', '/conversations/anna/kitchen/export'],
      ['PATCH', `/conversations/anna/${id}`],
      ['POST', `/conversations/anna/${id}/resume`],
      ['DELETE', `/conversations/anna/${id}`],
    ] as const) {
      expect(await ben(method, path, method === 'PATCH' ? {title: 'mine'} : undefined)).toMatchObject({
        status: 403,
        body: {error: {code: 'NOT_ALLOWED'}},
      })
    }
    // Under one's own name, but with the id of hers.
    for (const [method, path] of [
      ['GET', `/conversations/ben/${id}`],
      ['GET', `/conversations/ben/${id}/export`],
      ['PATCH', `/conversations/ben/${id}`],
      ['POST', `/conversations/ben/${id}/resume`],
      ['DELETE', `/conversations/ben/${id}`],
    ] as const) {
      expect(await ben(method, path, method === 'PATCH' ? {title: 'mine'} : undefined)).toMatchObject({
        status: 404,
        body: {error: {code: 'CONVERSATION_UNKNOWN'}},
      })
    }
    expect(await idOf('user:anna')).toBe(id)
  })

  it.each([
    'ben%2f..%2fanna',
    '..%2fanna',
    'ben/../anna',
    'ben/%2e%2e/anna',
    'anna%20',
    '%20anna',
    'Anna',
    'ANNA',
    'anna%00',
    'anna%0a',
    'ａｎｎａ',
    'аnna',
    'anna%e2%80%8b',
    'user:anna',
    'user%3Aanna',
    'web:local',
    'local',
    '%61nna',
    '*',
    '%25',
    "ben'%20or%20'1'='1",
  ])('are not reached by the name %s', async name => {
    const {status, text} = await ben('GET', `/conversations/${name}`)
    expect([400, 403, 404]).toContain(status)
    expect(text).not.toContain('bakery')
    const {text: exported} = await ben('GET', `/conversations/${name}/kitchen/export`)
    expect(exported).not.toContain('bakery')
  })

  it('are read and erased by an admin, which the audit log says', async () => {
    expect((await boss('GET', '/conversations/anna')).body.total).toBe(1)
    expect((await boss('GET', '/conversations/anna/kitchen')).status).toBe(200)
    expect((await boss('DELETE', '/conversations/anna/kitchen')).status).toBe(204)
    const {body} = await boss('GET', '/admin/audit?actor=boss&page_size=3')
    expect(body.entries).toMatchObject([
      {action: 'conversation.erased', target: 'anna', details: 'kitchen', address: '127.0.0.1'},
      {action: 'conversation.read', target: 'anna'},
      {action: 'conversations.listed', target: 'anna'},
    ])
    const before = (await boss('GET', '/admin/audit')).body.total
    await boss('GET', '/conversations/boss')
    await anna('GET', '/conversations/anna')
    expect((await boss('GET', '/admin/audit')).body.total).toBe(before)
  })

  it('need the permission, and an account that is not blocked', async () => {
    const {access, address} = june
    const keyWith = async (permission: 'conversations.read' | 'service.stt') =>
      client(address, (await access.keys.create({name: 'k', userId: 'anna', permissions: [permission]})).key)
    const [reader, ear] = [await keyWith('conversations.read'), await keyWith('service.stt')]
    expect((await ear('GET', '/conversations')).status).toBe(403)
    expect((await ear('GET', '/conversations/anna/kitchen')).status).toBe(403)
    expect((await reader('GET', '/conversations')).status).toBe(200)
    expect((await reader('DELETE', '/conversations/anna/kitchen')).status).toBe(403)
    expect((await reader('PATCH', '/conversations/anna/kitchen', {title: 'x'})).status).toBe(403)
    expect((await reader('POST', '/conversations/anna/kitchen/resume')).status).toBe(403)

    const carl = client(address, await join(access, 'carl'))
    expect((await carl('GET', '/conversations')).status).toBe(200)
    await boss('PUT', '/admin/users/carl', {status: 'blocked', reason: 'spam'})
    expect(await carl('GET', '/conversations')).toMatchObject({
      status: 403,
      body: {error: {message: 'carl is blocked: spam'}},
    })
    expect((await carl('GET', '/api/memory')).status).toBe(403)
    expect((await carl('GET', '/api/documents')).status).toBe(403)
  })

  it.each(['?page=0', '?page_size=101', '?page=x', '?page=1e9'])('are not listed by %s', async query => {
    expect((await anna('GET', `/conversations${query}`)).status).toBe(400)
  })

  it('and facts of another person are neither seen, corrected nor erased', async () => {
    const {id} = await june.memory.note('user:anna', {text: 'Lives in Lyon.', provenance: 'said'})
    expect((await anna('GET', '/api/memory')).body.facts).toMatchObject([{id, text: 'Lives in Lyon.'}])
    for (const other of [ben, boss, local]) {
      expect((await other('GET', '/api/memory')).body.facts).toEqual([])
      expect(await other('PATCH', `/api/memory/${id}`, {text: 'Lives in Rome.'})).toMatchObject({
        status: 404,
        body: {error: {code: 'FACT_UNKNOWN'}},
      })
      expect((await other('DELETE', `/api/memory/${id}`)).status).toBe(404)
      expect((await other('DELETE', '/api/memory')).status).toBe(204)
    }
    expect((await anna('GET', '/api/memory')).body.facts).toMatchObject([{id, text: 'Lives in Lyon.'}])
    expect((await anna('GET', '/conversations')).body.total).toBe(1)
  })
})
