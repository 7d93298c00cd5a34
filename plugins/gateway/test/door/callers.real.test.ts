// Who gets in, and as whom; over access that knows two tokens.
import type {Access, Caller} from '@essence/core/access/port'
import {permissionsOf} from '@essence/core/access/port'
import {EssenceError} from '@essence/core/kit/errors'
import {describe, expect, it} from 'vitest'
import {scriptedEngines} from '../../../../test/engines/scripted.ts'
import {allLines, openGateway, postText} from '../open-gateway.ts'

const callers: Record<string, Caller> = {
  'a.user.token': {userId: 'anna', via: 'token', roles: ['user'], permissions: new Set(permissionsOf.user)},
  june_hearing: {userId: 'anna', via: 'apiKey', roles: ['user'], permissions: new Set(['service.stt'])},
}

/** Only what the door asks. */
const access = {
  async authenticate(bearer: string) {
    const caller = callers[bearer]
    if (!caller) throw new EssenceError('TOKEN_REJECTED', 'This token is not good.')
    return caller
  },
  close: async () => {},
} as Partial<Access> as Access

const open = (options: Parameters<typeof openGateway>[1] = {}) =>
  openGateway(scriptedEngines({answer: ({speaker}) => [`You are ${speaker}.`]}), {
    openAccess: async () => access,
    ...options,
  })

const bearer = (token: string) => ({authorization: `Bearer ${token}`})

const answerTo = async (address: string, headers: Record<string, string>) => {
  const response = await postText(
    address,
    {text: 'a', speak: false},
    {
      headers: {'content-type': 'application/json', ...headers},
    },
  )
  if (response.status !== 200) return response.status
  return (await allLines(response)).at(-1)?.['text']
}

describe('a caller', () => {
  it('is the person of the token, or the one at this machine', async () => {
    await using gateway = await open()
    expect(await answerTo(gateway.address, {})).toBe('You are web:local.')
    expect(await answerTo(gateway.address, bearer('a.user.token'))).toBe('You are user:anna.')
    expect(await answerTo(gateway.address, {'x-api-key': 'june_hearing'})).toBe(403)
  })

  it.each(['a.forged.token', 'june_guess', 'ek_guess'])('with %s is nobody, also at this machine', async token => {
    await using gateway = await open()
    const response = await fetch(`${gateway.address}/api/status`, {headers: bearer(token)})
    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({error: {code: 'TOKEN_REJECTED'}})
  })

  it('at this machine may have a key that means nothing, as clients must be given one', async () => {
    await using gateway = await open()
    expect(await answerTo(gateway.address, bearer('sk-unused'))).toBe('You are web:local.')
  })

  it.each(['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'])(
    'that a proxy brings (%s) is not at this machine',
    async name => {
      await using gateway = await open()
      expect(await answerTo(gateway.address, {[name]: '127.0.0.1'})).toBe(401)
    },
  )

  it('beyond this machine needs a token for all but what is open', async () => {
    await using gateway = await open({host: '0.0.0.0'})
    const address = `http://127.0.0.1:${new URL(gateway.address).port}`
    const statusOf = async (path: string, headers = {}) => (await fetch(address + path, {headers})).status
    expect(await Promise.all(['/', '/health', '/openapi.json', '/docs/'].map(path => statusOf(path)))).toEqual([
      200, 200, 200, 200,
    ])
    expect(
      await Promise.all(['/api/status', '/api/memory', '/api/reminders?session=a'].map(path => statusOf(path))),
    ).toEqual([401, 401, 401])
    expect(await statusOf('/api/status', bearer('a.user.token'))).toBe(200)
    expect(await answerTo(address, bearer('a.user.token'))).toBe('You are user:anna.')
    expect(await answerTo(address, bearer('sk-unused'))).toBe(401)
  })
})

describe('another page', () => {
  const origin = 'https://chat.example'
  it('may call where it is listed, with a token and without cookies', async () => {
    await using gateway = await open({corsOrigins: [origin]})
    const preflight = await fetch(`${gateway.address}/api/turn`, {
      method: 'OPTIONS',
      headers: {origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization'},
    })
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, origin])
    expect(preflight.headers.get('access-control-allow-credentials')).toBe(null)
    expect(await answerTo(gateway.address, {origin})).toBe(401)
    expect(await answerTo(gateway.address, {origin, ...bearer('a.user.token')})).toBe('You are user:anna.')
    expect(await answerTo(gateway.address, {origin: 'https://evil.example', ...bearer('a.user.token')})).toBe(403)
  })

  it('may not where none is', async () => {
    await using gateway = await open()
    expect(await answerTo(gateway.address, {origin, ...bearer('a.user.token')})).toBe(403)
  })
})

describe('limits', () => {
  const limits = (count: number) => {
    const all = [{count, windowMs: 60_000}] as const
    const plenty = [{count: 1000, windowMs: 60_000}] as const
    return {all, chat: plenty, llm: plenty, stt: plenty, tts: plenty}
  }

  it('refuse one more request of a person, and say when to come again', async () => {
    await using gateway = await open({limits: limits(3)})
    const ask = () => fetch(`${gateway.address}/api/status`, {headers: bearer('a.user.token')})
    const left = []
    for (let use = 0; use < 3; use++) left.push((await ask()).headers.get('x-ratelimit-remaining'))
    expect(left).toEqual(['2', '1', '0'])
    const refused = await ask()
    expect(refused.status).toBe(429)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(50)
    expect(refused.headers.get('ratelimit')).toMatch(/^"default";r=0;t=\d+$/)
    expect(await refused.json()).toMatchObject({error: {code: 'RATE_LIMITED'}})
    // Nobody else is the slower for it.
    expect((await fetch(`${gateway.address}/api/status`)).status).toBe(200)
  })

  it('have windows of their own for kinds of routes', async () => {
    const own = {...limits(1000), chat: [{count: 1, windowMs: 60_000}] as const}
    await using gateway = await open({limits: own})
    expect(await answerTo(gateway.address, bearer('a.user.token'))).toBe('You are user:anna.')
    expect(await answerTo(gateway.address, bearer('a.user.token'))).toBe(429)
    const {status} = await fetch(`${gateway.address}/api/status`, {headers: bearer('a.user.token')})
    expect(status).toBe(200)
  })
})
