import {describe, expect, it} from 'vitest'
import {scriptedEngines} from '../../../../test/engines/scripted.ts'
import {connect, connected, databaseMs, openSeed, type Seed} from './seed-gateway.ts'

const bearer = (token: string) => ({authorization: `Bearer ${token}`})

describe('who may open a WebSocket', () => {
  it.each([
    ['in Authorization', (token: string) => ['/ws/anna', bearer(token)] as const],
    ['in the query', (token: string) => [`/ws/anna?token=${token}`, {}] as const],
  ])('one with a token of that person %s; speaks as that person', async (_, how) => {
    const engines = scriptedEngines()
    await using gateway = await openSeed(engines)
    const [path, headers] = how(await gateway.tokenFor('anna'))
    using client = await connected(gateway.address, path, {...headers, ...gateway.afar})
    client.send({text: 'hello'})
    expect(await client.next()).toMatchObject({type: 'response'})
    expect(engines.trace.requests[0]?.speaker).toBe('user:anna')
  })

  it('one who sends it in the first frame; before that nothing is answered', async () => {
    await using gateway = await openSeed()
    using client = await connected(gateway.address, '/ws/anna', gateway.afar)
    for (const frame of [{text: 'hello'}, {type: 'audio_start'}, {type: 'tts_request', text: 'a'}]) {
      client.send(frame)
      expect(await client.next()).toMatchObject({type: 'error', code: 'TOKEN_MISSING'})
    }
    client.send({type: 'auth', token: await gateway.tokenFor('anna')})
    expect(await client.next()).toMatchObject({type: 'status', status: 'authenticated', user_id: 'anna'})
    client.send({text: 'hello'})
    expect(await client.next()).toMatchObject({type: 'response'})
  })

  it('not the token of another person: 403 before the upgrade, 4403 after it', async () => {
    await using gateway = await openSeed()
    const token = await gateway.tokenFor('bert')
    for (const headers of [gateway.afar, {}]) {
      expect(await connect(gateway.address, '/ws/anna', {...bearer(token), ...headers}).refused).toBe(403)
      expect(await connect(gateway.address, `/ws/anna?token=${token}`, headers).refused).toBe(403)
    }
    using client = await connected(gateway.address, '/ws/anna', gateway.afar)
    client.send({type: 'auth', token})
    expect(await client.next()).toMatchObject({type: 'error', code: 'NOT_ALLOWED'})
    expect(await client.closed).toBe(4403)
  })

  it('not a token that is none: 401 before the upgrade, 4401 after it', async () => {
    await using gateway = await openSeed()
    const [head, claims] = (await gateway.tokenFor('anna')).split('.')
    for (const token of [`${head}.${claims}.`, `eyJhbGciOiJub25lIn0.${claims}.`, 'june_nothing', 'nonsense']) {
      expect(await connect(gateway.address, `/ws/anna?token=${token}`, gateway.afar).refused).toBe(401)
      using client = await connected(gateway.address, '/ws/anna', gateway.afar)
      client.send({type: 'auth', token})
      expect(await client.next()).toMatchObject({type: 'error', code: 'TOKEN_REJECTED'})
      expect(await client.closed).toBe(4401)
    }
  })

  it('not a page of another site, whatever it knows', async () => {
    await using gateway = await openSeed()
    const origin = {origin: 'https://evil.example'}
    expect(await connect(gateway.address, '/ws/anna', origin).refused).toBe(403)
    const token = await gateway.tokenFor('anna')
    expect(await connect(gateway.address, `/ws/anna?token=${token}`, origin).refused).toBe(403)
    const own = {origin: gateway.address}
    using client = await connected(gateway.address, '/ws/anna', own)
    client.send({type: 'ping'})
    expect(await client.next()).toMatchObject({type: 'pong'})
  })

  it('not one under another name of this machine', async () => {
    await using gateway = await openSeed()
    expect(await connect(gateway.address, '/ws/anna', {host: 'rebound.example'}).refused).toBe(403)
  })

  it('not one who is blocked meanwhile', {timeout: databaseMs}, async () => {
    await using gateway = await openSeed()
    await gateway.access.users.create({username: 'anna', password: 'correct horse'})
    const token = await gateway.tokenFor('anna')
    using client = await connected(gateway.address, '/ws/anna', {...bearer(token), ...gateway.afar})
    client.send({text: 'hello'})
    expect(await client.next()).toMatchObject({type: 'response'})
    await gateway.access.users.update('anna', {status: 'blocked'})
    client.send({text: 'hello'})
    expect(await client.next()).toMatchObject({
      type: 'error',
      code: expect.stringMatching(/NOT_ALLOWED|TOKEN_REJECTED/),
    })
    expect([4401, 4403]).toContain(await client.closed)
  })

  it('not one who may only use an engine', async () => {
    await using gateway = await openSeed()
    const {accessToken} = await gateway.access.issue('robot', {roles: ['service']})
    using client = await connected(gateway.address, '/ws/robot', {...bearer(accessToken), ...gateway.afar})
    client.send({text: 'hello'})
    expect(await client.next()).toMatchObject({type: 'error', code: 'NOT_ALLOWED'})
    client.send({type: 'tts_request', text: 'Hello.'})
    expect(await client.next()).toMatchObject({type: 'audio_response'})
  })

  it('not one who sends much before saying who it is', async () => {
    await using gateway = await openSeed()
    using client = await connected(gateway.address, '/ws/anna', gateway.afar)
    client.send({text: 'a'.repeat(100_000)})
    expect(await client.closed).toBe(4401)
  })

  const openAs = async (gateway: Seed, user: string) =>
    connect(gateway.address, `/ws/${user}`, {...bearer(await gateway.tokenFor(user)), ...gateway.afar})

  it('not more than 32 times the same person', async () => {
    await using gateway = await openSeed()
    for (let n = 0; n < 32; n++) await (await openAs(gateway, 'anna')).opened
    expect(await (await openAs(gateway, 'anna')).refused).toBe(503)
    using other = await openAs(gateway, 'bert')
    await other.opened
    using late = await connected(gateway.address, '/ws/anna', gateway.afar)
    late.send({type: 'auth', token: await gateway.tokenFor('anna')})
    expect(await late.next()).toMatchObject({type: 'error', code: 'ENGINE_BUSY'})
  })

  it('counts messages, not connections alone', async () => {
    const few = [{count: 2, windowMs: 60_000}] as const
    const plenty = [{count: 1000, windowMs: 60_000}] as const
    const limits = {all: plenty, chat: few, llm: plenty, stt: plenty, tts: plenty}
    await using gateway = await openSeed(scriptedEngines(), {limits})
    using client = await openAs(gateway, 'anna')
    await client.opened
    const answers: string[] = []
    for (let n = 0; n < 4; n++) {
      client.send({text: 'hello'})
      answers.push(String((await client.next())['code'] ?? 'ok'))
    }
    expect(answers).toEqual(['ok', 'ok', 'RATE_LIMITED', 'RATE_LIMITED'])
  })
})

describe('a path that is no WebSocket', () => {
  it.each(['/health', '/status', '/ws/no%20name', '/nothing'])('answers %s as ever', async path => {
    await using gateway = await openSeed()
    const status = await connect(gateway.address, path).refused
    expect([200, 404]).toContain(status)
  })
})
