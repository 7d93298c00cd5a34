// Everybody who is not who they say they are.
import {createHmac, generateKeyPairSync, randomBytes, sign} from 'node:crypto'
import {inspect} from 'node:util'
import type {Log} from '@essence/core/service/log'
import fc from 'fast-check'
import {afterAll, beforeAll, describe, expect, it, vi} from 'vitest'
import {connect, connected} from '../seed/seed-gateway.ts'
import {expectFailure, type Hard, openHard, runs} from './hard-gateway.ts'

// Thousands of requests, on a machine that may be busy.
vi.setConfig({testTimeout: 600_000, hookTimeout: 300_000})

let june: Hard
let anna: string
let log: Log
/** Whatever is logged while these tests run. */
const logged: string[] = []
beforeAll(async () => {
  const record = (...said: unknown[]) => void logged.push(inspect(said, {depth: 8}))
  log = {debug: record, info: record, warn: record, error: record} as Partial<Log> as Log
  june = await openHard({}, {log})
  anna = await june.tokenFor('anna')
})
afterAll(() => june?.[Symbol.asyncDispose]())

const base64url = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
const payload = () => JSON.parse(Buffer.from(anna.split('.')[1] ?? '', 'base64url').toString())
const header = () => JSON.parse(Buffer.from(anna.split('.')[0] ?? '', 'base64url').toString())
const signed = (head: object, body: object, key: string | Buffer = 'secret', hash = 'sha256') => {
  const text = `${base64url(head)}.${base64url(body)}`
  return `${text}.${createHmac(hash, key).update(text).digest('base64url')}`
}

/** Tokens that look like one of ours. */
const forgeries: [string, () => string | Promise<string>][] = [
  ['alg none', () => `${base64url({...header(), alg: 'none'})}.${base64url(payload())}.`],
  [
    'alg None with the signature',
    () => `${base64url({...header(), alg: 'None'})}.${anna.split('.').slice(1).join('.')}`,
  ],
  ['no alg', () => `${base64url({typ: 'JWT'})}.${anna.split('.').slice(1).join('.')}`],
  ['another algorithm', () => signed({...header(), alg: 'HS512'}, payload(), 'secret', 'sha512')],
  ['another key', () => signed(header(), payload(), randomBytes(32))],
  ['an empty key', () => signed(header(), payload(), '')],
  [
    'a key of its own in the header',
    () => {
      const {privateKey: key, publicKey} = generateKeyPairSync('ec', {namedCurve: 'P-256'})
      const text = `${base64url({alg: 'ES256', jwk: publicKey.export({format: 'jwk'})})}.${base64url(payload())}`
      return `${text}.${sign('sha256', Buffer.from(text), {key, dsaEncoding: 'ieee-p1363'}).toString('base64url')}`
    },
  ],
  ['a key id that is a path', () => signed({...header(), kid: '/dev/null'}, payload(), '')],
  [
    'another person',
    () => [anna.split('.')[0], base64url({...payload(), sub: 'admin', user_id: 'admin'}), anna.split('.')[2]].join('.'),
  ],
  [
    'a role of its own',
    () => [anna.split('.')[0], base64url({...payload(), roles: ['admin']}), anna.split('.')[2]].join('.'),
  ],
  ['no signature', () => anna.split('.').slice(0, 2).join('.')],
  ['half a signature', () => anna.slice(0, -20)],
  ['five parts', () => `${anna}.a.b`],
  ['one that has ended', async () => (await june.access.issue('anna', {seconds: -3600})).accessToken],
]

const told = async (path: string, init: RequestInit = {}) => {
  const response = await fetch(june.address + path, init)
  return {status: response.status, body: await response.text()}
}

describe('a token', () => {
  it.each(forgeries)('with %s lets nobody in, by whatever way it comes', async (_, forge) => {
    const token = await forge()
    const ways = [
      told('/api/status', {headers: {authorization: `Bearer ${token}`, ...june.afar}}),
      told('/v1/models', {headers: {authorization: `bearer ${token}`, ...june.afar}}),
      told('/conversations', {headers: {'x-api-key': token, ...june.afar}}),
      told('/admin/users', {headers: {authorization: `Bearer ${token}`, ...june.afar}}),
    ]
    for (const {status, body} of await Promise.all(ways)) {
      expect(status).toBe(401)
      expectFailure(status, body)
    }
    expect(await connect(june.address, `/ws/anna?token=${token}`, june.afar).refused).toBe(401)
    using client = await connected(june.address, '/ws/anna', june.afar)
    client.send({type: 'auth', token})
    expect(await client.next()).toMatchObject({type: 'error', code: 'TOKEN_REJECTED'})
    expect(await client.closed).toBe(4401)
    expect(june.trace.requests).toEqual([])
  })

  it('that is any text at all lets nobody in', async () => {
    const changed = fc
      .tuple(fc.nat(), fc.constantFrom(...'AZaz09-_.=+/ ~'))
      .map(([at, letter]) => anna.slice(0, at % anna.length) + letter + anna.slice((at % anna.length) + 1))
      .filter(token => token !== anna && !sameBytes(token, anna))
    const json = fc
      .tuple(fc.jsonValue(), fc.jsonValue(), fc.base64String())
      .map(([head, body, end]) => `${base64url(head)}.${base64url(body)}.${end}`)
    const opaque = fc.tuple(fc.constantFrom('june_', 'ek_'), fc.base64String()).map(([start, end]) => start + end)
    const property = fc.asyncProperty(fc.oneof(changed, json, opaque), async token => {
      const {status, body} = await told('/api/status', {headers: {authorization: `Bearer ${token}`, ...june.afar}})
      // The end of each: one too many guesses of an address is refused before it is looked at.
      expect([400, 401, 429]).toContain(status)
      expectFailure(status, body)
    })
    await fc.assert(property, runs(2000))
  })

  it('of one person opens nothing of another', async () => {
    const headers = {authorization: `Bearer ${anna}`, 'content-type': 'application/json'}
    for (const path of ['/conversations/ben', '/conversations/ben/kitchen', '/admin/users', '/admin/audit']) {
      const {status, body} = await told(path, {headers})
      expect([path, status]).toEqual([path, 403])
      expectFailure(status, body)
    }
    expect(await connect(june.address, '/ws/ben', headers).refused).toBe(403)
    expect(await connect(june.address, '/ws/local', headers).refused).toBe(403)
  })

  it('is in no line of the log, also where it came in an address', async () => {
    const secret = `a.${randomBytes(12).toString('hex')}.c`
    await connect(june.address, `/ws/anna?token=${secret}`).refused
    await told(`/nothing?token=${secret}`)
    await told(`/%zz?token=${secret}`)
    await told('/chat', {method: 'POST', headers: {authorization: `Bearer ${secret}`}, body: secret})
    log.info('a line, so that this sees them')
    expect(logged.join('')).toContain('a line, so that this sees them')
    expect(logged.join('')).not.toContain(secret)
    expect(logged.join('')).not.toContain(anna)
  })
})

/** The last letter of base64 has bits that say nothing. */
const sameBytes = (one: string, other: string): boolean => {
  const bytes = (token: string) =>
    token
      .split('.')
      .map(part => Buffer.from(part, 'base64url').toString('hex'))
      .join('.')
  return bytes(one) === bytes(other)
}
