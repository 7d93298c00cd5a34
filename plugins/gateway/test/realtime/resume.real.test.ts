import {once} from 'node:events'
import {setTimeout as delay} from 'node:timers/promises'
import {describe, expect, it} from 'vitest'
import {databaseMs, openSeed} from '../seed/seed-gateway.ts'
import {
  append,
  join,
  loudListening,
  openRealtime,
  realtimeEngines,
  refusedWith,
  slowlySpoken,
  typesOf,
  written,
} from './open-realtime.ts'
import {scriptedModel} from './scripted-model.ts'

type Client = Awaited<ReturnType<typeof join>>

const sessionOf = async (client: Client): Promise<string> => {
  const [created] = await client.until('session.created')
  return (created as unknown as {session: {id: string}}).session.id
}

/** The connection is lost, as a network loses it. */
const lose = async ({socket}: Client): Promise<void> => {
  socket.terminate()
  await once(socket, 'close')
}

const long = Array.from({length: 8}, (_, n) => `Sentence number ${n}.`).join(' ')

const audioMs = (told: readonly {type: string; delta?: unknown}[]): number =>
  told.reduce(
    (ms, {type, delta}) => ms + (type.endsWith('audio.delta') ? Buffer.from(String(delta), 'base64').length / 48 : 0),
    0,
  )

it('lasts an hour at most: says so when it begins and when it ends, between two answers', async () => {
  await using gateway = await openRealtime(slowlySpoken({}, scriptedModel(() => long).model), {liveSessionMs: 61_000})
  using client = await join(gateway.address, '?model=mock')
  const [created] = (await client.until('session.created')) as unknown as [{session: {id: string; expires_at: number}}]
  expect(Math.abs(created.session.expires_at - Date.now() / 1000 - 61)).toBeLessThan(5)
  client.send(written('tell me a story'))
  client.send({type: 'response.create'})
  const told = await client.until('error')
  expect(told.at(-1)).toMatchObject({error: {type: 'invalid_request_error', code: 'session_expired'}})
  expect(told.find(({type}) => type === 'response.done')).toMatchObject({response: {status: 'completed'}})
  expect(await client.closed).toBe(1000)
  expect(await refusedWith(gateway.address, `?session=${created.session.id}`)).toBe(404)
})

describe('a session whose connection is lost', () => {
  it('goes on where it was: nothing said twice, nothing lost', async () => {
    await using gateway = await openRealtime(slowlySpoken({}, scriptedModel(() => long).model))
    const first = await join(gateway.address, '?model=mock')
    const session = await sessionOf(first)
    first.send(written('tell me a story'))
    first.send({type: 'response.create'})
    const before = await first.until('response.output_audio.delta')
    for (let heard = 0; heard < 400; heard = audioMs(before))
      before.push(...(await first.until('response.output_audio.delta')))
    await lose(first)
    await delay(300)
    using second = await join(gateway.address, `?session=${session}`)
    const after = await second.until('response.done')
    expect(typesOf(after)).not.toContain('session.created')
    const all = [...before, ...after]
    const ids = all.map(({event_id}) => event_id)
    const repeated = ids.filter((id, at) => ids.indexOf(id) !== at)
    // What is on its way when the connection is lost may come twice, under the same id.
    expect(repeated.length).toBeLessThan(20)
    const once = all.filter(({event_id}, at) => ids.indexOf(event_id) === at)
    expect(audioMs(once)).toBeCloseTo(24 * 100, -1)
    expect(after.at(-1)).toMatchObject({response: {status: 'completed'}})
    second.send({type: 'conversation.item.retrieve', item_id: 'nothing'})
    await second.until('error')
  })

  it('sends again what was not confirmed, and nothing that was', async () => {
    await using gateway = await openRealtime()
    const first = await join(gateway.address)
    const session = await sessionOf(first)
    // Its pong has been sent before the answer to this is there.
    first.send({type: 'input_audio_buffer.clear'})
    await first.until('input_audio_buffer.cleared')
    await delay(50)
    first.socket.pause()
    first.send({type: 'session.update', session: {type: 'realtime', output_modalities: ['text']}})
    await delay(100)
    await lose(first)
    using second = await join(gateway.address, `?session=${session}`)
    const [again] = await second.until('session.updated')
    expect(again).toMatchObject({type: 'session.updated', session: {output_modalities: ['text']}})
  })

  it('hears an utterance to its end that began before', async () => {
    await using gateway = await openRealtime(realtimeEngines({heard: 'hello again', answer: ['Hello.']}))
    const first = await join(gateway.address)
    const session = await sessionOf(first)
    first.send(append(500))
    await first.until('input_audio_buffer.speech_started')
    await lose(first)
    using second = await join(gateway.address, `?session=${session}`)
    for (const event of [append(500), append(1000, 0)]) second.send(event)
    const told = await second.until('response.done')
    expect(typesOf(told).filter(type => type.endsWith('transcription.completed'))).toHaveLength(1)
  })

  it('is taken over by a second connection, and the first is told', async () => {
    await using gateway = await openRealtime()
    const first = await join(gateway.address)
    const session = await sessionOf(first)
    using second = await join(gateway.address, `?session=${session}`)
    expect(await first.closed).toBe(4409)
    second.send({type: 'input_audio_buffer.clear'})
    await second.until('input_audio_buffer.cleared')
  })

  it(
    'ends where the client says so, and is nobody else’s',
    async () => {
      await using gateway = await openSeed(realtimeEngines(), {openListening: async () => loudListening()})
      const {address, afar, tokenFor} = gateway
      const as = async (user: string) => ({...afar, authorization: `Bearer ${await tokenFor(user)}`})
      const first = await join(address, '', await as('anna'))
      const session = await sessionOf(first)
      await lose(first)
      expect(await refusedWith(address, `?session=${session}`, await as('ben'))).toBe(404)
      const second = await join(address, `?session=${session}`, await as('anna'))
      second.socket.close(1000)
      await second.closed
      expect(await refusedWith(address, `?session=${session}`, await as('anna'))).toBe(404)
    },
    databaseMs,
  )

  it('stands beside another session of the same person', async () => {
    await using gateway = await openRealtime(realtimeEngines({answer: ({text}) => `You said ${text}.`}))
    using one = await join(gateway.address)
    using two = await join(gateway.address)
    expect(await sessionOf(one)).not.toBe(await sessionOf(two))
    for (const [client, text] of [
      [one, 'one'],
      [two, 'two'],
    ] as const) {
      client.send(written(text))
      client.send({type: 'response.create', response: {output_modalities: ['text']}})
    }
    for (const [client, text] of [
      [one, 'one'],
      [two, 'two'],
    ] as const) {
      expect((await client.until('response.done')).at(-1)).toMatchObject({
        response: {output: [{content: [{text: `You said ${text}.`}]}]},
      })
    }
  })
})
