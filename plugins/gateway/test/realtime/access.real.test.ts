import {once} from 'node:events'
import {describe, expect, it} from 'vitest'
import WebSocket from 'ws'
import {connect, databaseMs, openSeed, type Seed} from '../seed/seed-gateway.ts'
import {append, join, loudListening, openRealtime, realtimeEngines, refusedWith, written} from './open-realtime.ts'
import {scriptedModel} from './scripted-model.ts'

const openAccounts = (engines = realtimeEngines(), options: Parameters<typeof openSeed>[1] = {}) =>
  openSeed(engines, {openListening: async () => loudListening(), ...options})

const bearer = ({afar}: Seed, token: string) => ({...afar, authorization: `Bearer ${token}`})

describe('who may use the Realtime API', () => {
  it(
    'is known by a bearer, also as the subprotocol of browsers; nobody else is let in',
    async () => {
      await using door = await openAccounts()
      const {address, access, afar, tokenFor} = door
      expect(await refusedWith(address, '', afar)).toBe(401)
      expect(await refusedWith(address, '', bearer(door, 'june_wrong'))).toBe(401)
      expect(await refusedWith(address, '', {...afar, origin: 'https://elsewhere.example.com'})).toBe(403)
      const token = await tokenFor('anna')
      const protocols = ['realtime', `openai-insecure-api-key.${token}`, 'openai-agents-sdk.0.20.0']
      const socket = new WebSocket(`${address.replace('http', 'ws')}/v1/realtime`, protocols, {headers: afar})
      await once(socket, 'open')
      expect(socket.protocol).toBe('realtime')
      socket.close()
      const alone = new WebSocket(`${address.replace('http', 'ws')}/v1/realtime`, protocols.slice(1), {headers: afar})
      const [, response] = await once(alone, 'unexpected-response')
      expect(response.statusCode).toBe(401)
      await access.users.create({username: 'ben'})
      const made = async (...permissions: ('service.stt' | 'service.inference')[]) =>
        (await access.keys.create({name: permissions.join(), userId: 'ben', permissions})).key
      const ears = await made('service.stt')
      expect(await refusedWith(address, '', bearer(door, ears))).toBe(403)
      expect(await refusedWith(address, '?model=mock', bearer(door, ears))).toBe(403)
      using transcribing = await join(address, '?intent=transcription', bearer(door, ears))
      await transcribing.until('session.created')
      using hers = await join(address, '', bearer(door, await tokenFor('ben')))
      const [created] = await hers.until('session.created')
      const {id} = (created as unknown as {session: {id: string}}).session
      expect(await refusedWith(address, `?session=${id}`, bearer(door, ears))).toBe(403)
      using mute = await join(address, '?model=mock', bearer(door, await made('service.inference')))
      expect((await mute.until('session.created'))[0]).toMatchObject({session: {output_modalities: ['text']}})
      for (const event of [
        append(100),
        {type: 'session.update', session: {type: 'realtime', output_modalities: ['audio']}},
      ]) {
        mute.send(event)
        expect((await mute.until('error')).at(-1)).toMatchObject({error: {type: 'permission_error'}})
      }
    },
    databaseMs,
  )

  it(
    'brings the session with a client secret',
    async () => {
      const {model, asked} = scriptedModel(() => 'Aye.')
      await using door = await openAccounts(realtimeEngines({}, model))
      const {address, access, afar, post, tokenFor} = door
      await access.users.create({username: 'anna'})
      const headers = {authorization: `Bearer ${await tokenFor('anna')}`}
      const session = {type: 'realtime', model: 'mock', instructions: 'Be a pirate.', output_modalities: ['text']}
      const response = await post('/v1/realtime/client_secrets', {session}, headers)
      const {value} = (await response.json()) as {value: string}
      using client = await join(address, '', {...afar, authorization: `Bearer ${value}`})
      expect((await client.until('session.created'))[0]).toMatchObject({session})
      client.send(written('hello'))
      client.send({type: 'response.create'})
      await client.until('response.done')
      expect(asked[0]?.messages[0]).toEqual({role: 'system', content: 'Be a pirate.'})
      const wrong = await post(
        '/v1/realtime/client_secrets',
        {session: {...session, output_modalities: ['smoke']}},
        headers,
      )
      expect(await wrong.json()).toMatchObject({error: {param: 'session.output_modalities[0]'}})
      // A person who is blocked gets no further answer.
      await access.users.update('anna', {status: 'blocked', reason: 'a test'})
      client.send({type: 'response.create'})
      expect((await client.until('response.done')).at(-1)).toMatchObject({
        response: {status: 'failed', status_details: {error: {type: 'permission_error'}}},
      })
    },
    databaseMs,
  )

  it(
    'has so many answers in a minute, and is told how many are left',
    async () => {
      const few = [{count: 2, windowMs: 60_000}] as const
      const many = [{count: 1000, windowMs: 60_000}] as const
      await using door = await openAccounts(realtimeEngines({answer: ['Yes.']}), {
        limits: {all: many, chat: many, llm: few, stt: many, tts: many},
      })
      using client = await join(door.address, '', bearer(door, await door.tokenFor('anna')))
      const answered = async () => {
        client.send(written('hello'))
        client.send({type: 'response.create', response: {output_modalities: ['text']}})
        return client.until('response.done')
      }
      expect((await answered()).find(({type}) => type === 'rate_limits.updated')).toMatchObject({
        rate_limits: [{name: 'requests', limit: 2, remaining: 1}],
      })
      await answered()
      expect((await answered()).at(-1)).toMatchObject({
        response: {status: 'failed', status_details: {error: {code: 'rate_limit_exceeded'}}},
      })
    },
    databaseMs,
  )
})

describe('a session that cannot be', () => {
  it('is refused before it begins', async () => {
    await using gateway = await openRealtime()
    const {address} = gateway
    expect(await refusedWith(address, '?model=gpt-9')).toBe(404)
    expect(await refusedWith(address, '?session=sess_none')).toBe(404)
    expect(await refusedWith(address, '?intent=translation')).toBe(400)
    await using deaf = await openRealtime(realtimeEngines(), {openListening: undefined})
    expect(await refusedWith(deaf.address, '')).toBe(503)
    const asked = await fetch(`${address}/v1/realtime`)
    expect(asked.status).toBe(404)
  })

  it('goes by other names of its model', async () => {
    await using gateway = await openRealtime(realtimeEngines(), {modelAliases: new Map([['gpt-realtime', 'june']])})
    using client = await join(gateway.address, '?model=gpt-realtime')
    expect((await client.until('session.created'))[0]).toMatchObject({session: {model: 'gpt-realtime'}})
  })
})

it('answers what was begun when the gateway stops, and ends', async () => {
  const hold = Promise.withResolvers<void>()
  const engines = realtimeEngines({answer: ['Yes.'], beforePiece: () => hold.promise})
  await using gateway = await openRealtime(engines)
  const client = connect(gateway.address, '/v1/realtime')
  await client.opened
  client.send(written('hello'))
  client.send({type: 'response.create', response: {output_modalities: ['text']}})
  await client.until('response.created')
  const deadline = AbortSignal.timeout(10_000)
  const quiet = gateway.health.drain(deadline)
  const drained = Promise.all([quiet, gateway.service.drain?.(deadline, quiet)])
  hold.resolve()
  expect((await client.until('response.done')).at(-1)).toMatchObject({response: {status: 'completed'}})
  expect(await client.closed).toBe(1001)
  await drained
})
