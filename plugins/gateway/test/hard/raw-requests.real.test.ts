// Requests that no client library would send, byte by byte.
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {expectFailure, expectFree, type Hard, openHard, post, talk} from './hard-gateway.ts'

let june: Hard
beforeAll(async () => {
  june = await openHard()
})
afterAll(() => june?.[Symbol.asyncDispose]())

const get = (path: string, more = ''): string => `GET ${path} HTTP/1.1\r\nhost: localhost\r\n${more}\r\n`
const once = 'connection: close\r\n'

describe('a request that is none', () => {
  it.each([
    ['a path that is not encoded', get('/%zz', once)],
    ['a path that is not UTF-8', get('/conversations/%ff%fe', once)],
    ['a parameter without end', get(`/conversations/${'a'.repeat(3000)}`, once)],
    ['one of a socket', get(`/ws/${'a'.repeat(300)}`, once)],
    ['garbage', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n'],
    ['another protocol', 'SSH-2.0-OpenSSH_9.6\r\n\r\n'],
    ['a flood of headers', get('/api/status', 'x-a: b\r\n'.repeat(20_000))],
    ['a huge header', get('/api/status', `x-a: ${'a'.repeat(100_000)}\r\n`)],
    ['a huge query', get(`/api/status?a=${'a'.repeat(100_000)}`)],
    ['two lengths', post('/chat', {'content-length': '5', 'Content-Length': '6'}, '{}')],
    ['a length and chunks', post('/chat', {'content-length': '5', 'transfer-encoding': 'chunked'}, '0\r\n\r\n')],
    ['a length that is none', post('/chat', {'content-length': '-1'}, '{}')],
    [
      'a chunk that is none',
      post('/chat', {'content-type': 'application/json', 'transfer-encoding': 'chunked'}, 'zz\r\n'),
    ],
    ['a zero in a header', get('/', 'x-a: \0\r\n')],
    [
      'a way through a proxy',
      'GET http://evil.example/api/status HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n',
    ],
    ['a method nobody knows', 'BREW / HTTP/1.1\r\nhost: localhost\r\n\r\n'],
    ['a method that is not served', 'TRACE / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n'],
  ])('%s gets an error as all others, and the end of the connection', async (_, bytes) => {
    const {status, body, ended, head} = await talk(june.address, Buffer.from(bytes, 'latin1'))
    expect(head).toMatch(/content-type: application\/json/i)
    expectFailure(status, body)
    expect(ended).toBe(true)
  })

  it.each([
    '/../../etc/passwd',
    '/docs/../../../package.json',
    '/docs/static/..%2f..%2f..%2fpackage.json',
    '/docs/static/%2e%2e/%2e%2e/package.json',
    '//etc/passwd',
    '/style.css/../../package.json',
    '/docs/static/..\\..\\package.json',
    '/%00',
    '/docs/static/index.html%00.js',
  ])('the path %s leads nowhere', async path => {
    const {status, body} = await talk(june.address, get(path, once))
    expect([400, 403, 404]).toContain(status)
    expect(body).not.toMatch(/root:|"name":/)
    expectFailure(status, body)
  })
})

describe('requests that share a connection', () => {
  it('are answered one after the other', async () => {
    const three = get('/api/status') + get('/nothing') + get('/health', once)
    const {head, body, ended} = await talk(june.address, three)
    const statuses = [...`${head}\r\n${body}`.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status))
    expect([statuses, ended]).toEqual([[200, 404, 200], true])
  })

  it('are not read ahead of their answers without end', async () => {
    const turn = post(
      '/api/turn',
      {'content-type': 'application/json', 'content-length': '28'},
      '{"text":"a","speak": false}\n',
    )
    const {body} = await talk(june.address, turn.repeat(49) + get('/api/status', once), {ms: 20_000})
    expect(body.match(/HTTP\/1\.1 \d+/g)).toEqual(Array.from({length: 49}, () => 'HTTP/1.1 200'))
    await expectFree(june)
  })
})

describe('a change of protocol', () => {
  const upgrade =
    'connection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n'
  it.each([
    ['with a token that is none', get('/ws/anna?token=a.b.c', upgrade), 401],
    ['to a version nobody speaks', get('/ws/anna', upgrade.replace('13', '99')), 400],
    ['without a key', get('/ws/anna', upgrade.replace(/sec-websocket-key.*\r\n/, '')), 400],
    ['from another host', get('/ws/anna', upgrade).replace('localhost', 'evil.example'), 403],
  ])('%s is refused, and its connection ends', async (_, bytes, expected) => {
    const {status, ended} = await talk(june.address, bytes)
    expect([status, ended]).toEqual([expected, true])
  })

  it('is not offered to another method: the request is answered', async () => {
    const bytes = `POST /ws/anna HTTP/1.1\r\nhost: localhost\r\n${upgrade}content-length: 5\r\n\r\nhello`
    expect((await talk(june.address, bytes, {enough: /NOT_FOUND/})).status).toBe(404)
  })

  it('is not offered elsewhere: the request is answered', async () => {
    expect((await talk(june.address, get('/api/status', upgrade), {enough: /ready/})).status).toBe(200)
  })
})

describe('names of JavaScript in JSON', () => {
  it.each([
    ['/chat', {}],
    ['/api/turn', {}],
    ['/auth/login', {}],
    ['/v1/chat/completions', {model: 'june', messages: [{role: 'user', content: 'a'}]}],
  ])('are words as others to %s', async (path, body) => {
    for (const key of ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty']) {
      const sent = JSON.stringify({text: 'a', ...body}).replace(
        /^\{/,
        `{"${key}":{"via":"local","prototype":{"polluted":1},"type":"x"},`,
      )
      const {status, body: told} = await talk(
        june.address,
        post(path, {'content-type': 'application/json', 'content-length': `${sent.length}`, connection: 'close'}, sent),
      )
      expect([key, status]).toEqual([key, expect.toSatisfy((code: number) => code < 500)])
      if (status >= 400) expectFailure(status, told)
    }
    expect(({} as {polluted?: number; via?: string}).polluted).toBeUndefined()
    expect(({} as {via?: string}).via).toBeUndefined()
  })
})
