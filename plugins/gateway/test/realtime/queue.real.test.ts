import {OpenAIRealtimeWebSocket, RealtimeAgent, RealtimeSession} from '@openai/agents-realtime'
import {describe, expect, it} from 'vitest'
import {allLines, postText} from '../open-gateway.ts'
import {join, openaiClient, openRealtime, realtimeEngines, speech, written} from './open-realtime.ts'

/** A gateway with one place, which somebody has until `leave`. */
const openBusy = async () => {
  const leaving = Promise.withResolvers<void>()
  const engines = realtimeEngines({
    heard: 'good morning',
    answer: ({text}) => (text === 'first' ? leaving.promise.then(() => 'First.') : 'Good morning.'),
  })
  const gateway = await openRealtime(engines, {queue: {maxTurns: 1}})
  const first = postText(gateway.address, {text: 'first', session: 'another', speak: false})
  await expect.poll(() => engines.trace.requests.length).toBe(1)
  const leave = async (): Promise<void> => {
    leaving.resolve()
    await allLines(await first)
  }
  return {...gateway, leave}
}

const queue = 'june.queue.updated'

describe('a person who talks while all places are taken', () => {
  it('is told how many come first, once what they said is a turn, and when it is theirs', async () => {
    await using gateway = await openBusy()
    using client = await join(gateway.address)
    for (const event of speech) client.send(event)
    expect((await client.until(queue)).at(-1)).toMatchObject({before: 0})
    await gateway.leave()
    const told = await client.until('response.done')
    expect(told.filter(({type}) => type === queue)).toEqual([expect.objectContaining({before: null})])
    expect(told.at(-1)).toMatchObject({response: {status: 'completed'}})
  })

  it('is told nothing where a place is free, nor of what was begun on chance', async () => {
    await using gateway = await openBusy()
    using client = await join(gateway.address)
    const [spoken, silent] = speech
    client.send(spoken)
    client.send({type: 'input_audio_buffer.append', audio: Buffer.alloc(24 * 2 * 300).toString('base64')})
    await client.until('input_audio_buffer.speech_started')
    client.send(spoken)
    client.send(silent)
    await client.until(queue)
    await gateway.leave()
    const told = await client.until('response.done')
    expect(told.filter(({type}) => type === queue)).toEqual([expect.objectContaining({before: null})])
    client.send(written('and now?'))
    client.send({type: 'response.create'})
    expect((await client.until('response.done')).map(({type}) => type)).not.toContain(queue)
  })

  it('waits no more where the answer is cancelled', async () => {
    await using gateway = await openBusy()
    using client = await join(gateway.address)
    client.send(written('hello'))
    client.send({type: 'response.create'})
    await client.until(queue)
    client.send({type: 'response.cancel'})
    expect((await client.until(queue)).at(-1)).toMatchObject({before: null})
    await gateway.leave()
  })

  it('is answered in clients that know nothing of that', async () => {
    await using gateway = await openBusy()
    const realtime = await openaiClient(gateway.address)
    const errors: unknown[] = []
    realtime.on('error', error => errors.push(error))
    const done = new Promise(resolve => realtime.on('response.done', resolve))
    const transport = new OpenAIRealtimeWebSocket({url: `${gateway.address.replace('http', 'ws')}/v1/realtime`})
    using session = Object.assign(new RealtimeSession(new RealtimeAgent({name: 'June'}), {model: 'june', transport}), {
      [Symbol.dispose]: () => session.close(),
    })
    session.on('error', error => errors.push(error))
    await session.connect({apiKey: 'any'})
    const turn = new Promise(resolve => transport.once('turn_done', resolve))
    const waiting = new Promise(resolve =>
      transport.on('*', event => {
        if (event.type === queue) resolve(event)
      }),
    )
    realtime.send(written('hello') as never)
    realtime.send({type: 'response.create'})
    session.sendMessage('hello')
    await waiting
    await gateway.leave()
    await Promise.all([done, turn])
    expect(errors).toEqual([])
    realtime.close()
  })
})
