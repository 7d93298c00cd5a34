import {toPcm16} from '@essence/core/audio/pcm'
import {describe, expect, it} from 'vitest'
import {sine, wavOf} from '../../../../test/audio/sounds.ts'
import {scriptedEngines} from '../../../../test/engines/scripted.ts'
import {connected, openSeed} from './seed-gateway.ts'

const pcm = Buffer.from(toPcm16(sine(400, 1)))
const wav = Buffer.from(wavOf(pcm))
const types = (messages: {type: string}[]) => messages.map(({type}) => type)
const playable = (url: unknown) => Buffer.from(String(url).replace('data:audio/wav;base64,', ''), 'base64')

describe('WS /ws/{user}', () => {
  it('answers a text with one response, under both names, as the first message', async () => {
    const engines = scriptedEngines({answer: ['Hello ', 'you.']})
    await using gateway = await openSeed(engines)
    using client = await connected(gateway.address)
    client.send({type: 'text', text: 'Hello, June!'})
    const first = await client.next()
    expect(first).toMatchObject({type: 'response', text: 'Hello you.', content: 'Hello you.'})
    expect(new Date(String(first['timestamp'])).toISOString()).toBe(first['timestamp'])
    // Without a type, and as the documentation of the seed has it.
    client.send({content: 'again'})
    expect(await client.next()).toMatchObject({type: 'response', conversation_id: first['conversation_id']})
    expect(engines.trace.requests.map(({text, speaker}) => [text, speaker])).toEqual([
      ['Hello, June!', 'user:anna'],
      ['again', 'user:anna'],
    ])
    // Once to learn the rate of the voice.
    expect(engines.trace.spoken).toHaveLength(1)
  })

  it('answers sound with what was heard, the answer, and how it sounds', async () => {
    await using gateway = await openSeed(scriptedEngines({heard: 'open the door'}))
    using client = await connected(gateway.address)
    client.send({type: 'audio', audio_data: wav.toString('base64'), conversation_id: 'kitchen'})
    const [heard, answer, sound] = await client.until('audio_response')
    expect(heard).toMatchObject({
      type: 'transcription',
      text: 'open the door',
      confidence: null,
      conversation_id: 'kitchen',
    })
    expect(answer).toMatchObject({type: 'response', text: 'You said: open the door.', conversation_id: 'kitchen'})
    expect(sound).toMatchObject({sample_rate: 16_000, duration: 0.1, audio_b64: sound?.['audio_data']})
    expect(playable(sound?.['audio_url']).toString('latin1', 0, 4)).toBe('RIFF')
    expect(playable(sound?.['audio_url']).length).toBe(44 + 3200)
  })

  it.each([
    ['binary frames', (part: Buffer) => part],
    ['frames of base64', (part: Buffer) => ({type: 'audio_chunk', audio_data: part.toString('base64')})],
  ])('takes sound in %s, raw with its rate', async (_, frame) => {
    const engines = scriptedEngines()
    await using gateway = await openSeed(engines)
    using client = await connected(gateway.address)
    client.send({type: 'audio_start', sample_rate: 16_000, encoding: 'pcm', language: 'en'})
    for (let at = 0; at < pcm.length; at += 5000) client.send(frame(pcm.subarray(at, at + 5000)))
    client.send({type: 'audio_end'})
    expect(types(await client.until('audio_response'))).toEqual(['transcription', 'response', 'audio_response'])
    expect(engines.trace.languages).toEqual(['en'])
  })

  it('speaks a text as it stands', async () => {
    const engines = scriptedEngines()
    await using gateway = await openSeed(engines)
    using client = await connected(gateway.address)
    client.send({type: 'tts_request', text: 'Read this.', voice_id: 'tone'})
    expect(await client.next()).toMatchObject({type: 'audio_response', text: 'Read this.', duration: 0.1})
    expect(engines.trace.requests).toEqual([])
    expect(engines.trace.spoken.at(-1)?.options.voice).toBe('tone')
  })

  it('streams where it is asked to: how far it is, pieces of text, speech by sentence', async () => {
    await using gateway = await openSeed(scriptedEngines({answer: ['One. ', 'Two.']}))
    using client = await connected(gateway.address)
    client.send({type: 'text', text: 'go', speak: true, stream: true})
    const messages = await client.until('response')
    expect(
      messages
        .filter(({type}) => type === 'delta')
        .map(({text}) => text)
        .join(''),
    ).toBe('One. Two.')
    expect(messages.filter(({type}) => type === 'audio_response').map(({index}) => index)).toEqual([0, 1])
    expect(messages.filter(({type}) => type === 'status').map(({status}) => status)).toEqual(['thinking', 'speaking'])
  })

  it('says how many are before a message that has to wait', async () => {
    const more = Promise.withResolvers<void>()
    await using gateway = await openSeed(scriptedEngines({beforePiece: () => more.promise}), {queue: {maxTurns: 1}})
    using first = await connected(gateway.address)
    first.send({text: 'one', stream: true})
    await first.until('status')
    using second = await connected(gateway.address, '/ws/bert')
    second.send({text: 'two', stream: true})
    expect(await second.next()).toMatchObject({type: 'status', status: 'waiting', before: 0})
    more.resolve()
    expect(types(await second.until('response'))).toContain('response')
  })

  it('answers one message at a time, in order, and refuses those beyond what may wait', async () => {
    const more = Promise.withResolvers<void>()
    await using gateway = await openSeed(scriptedEngines({beforePiece: () => more.promise}))
    using client = await connected(gateway.address)
    for (let n = 0; n < 6; n++) client.send({text: `${n}`})
    expect(await client.next()).toMatchObject({type: 'error', code: 'ENGINE_BUSY'})
    more.resolve()
    for (let n = 0; n < 5; n++) expect(await client.next()).toMatchObject({text: `You said: ${n}.`})
  })

  it('stops what runs when it is told to, and goes on', async () => {
    const began = Promise.withResolvers<void>()
    const engines = scriptedEngines({
      answer: async ({text}) => {
        if (text !== 'long') return 'Short.'
        began.resolve()
        return new Promise(() => {})
      },
    })
    await using gateway = await openSeed(engines)
    using client = await connected(gateway.address)
    client.send({type: 'cancel'})
    expect(await client.next()).toMatchObject({type: 'status', status: 'idle'})
    client.send({text: 'long'})
    await began.promise
    client.send({type: 'cancel'})
    expect(await client.next()).toMatchObject({type: 'status', status: 'cancelled'})
    client.send({text: 'short'})
    expect(await client.next()).toMatchObject({type: 'response', text: 'Short.'})
  })

  it('answers pings of both kinds', async () => {
    await using gateway = await openSeed()
    using client = await connected(gateway.address)
    client.send({type: 'ping'})
    expect(await client.next()).toMatchObject({type: 'pong'})
    const pong = new Promise(resolve => client.socket.once('pong', data => resolve(data.toString())))
    client.socket.ping('are you there')
    expect(await pong).toBe('are you there')
  })

  it.each([
    ['no JSON', '{"type": "text"', 'not JSON'],
    ['a list', '[1]', 'expected object'],
    ['null', 'null', 'expected object'],
    ['an unknown type', '{"type": "dance"}', 'Unknown message type: dance'],
    ['a text that is none', '{"text": 5}', 'text'],
    ['no text', '{"type": "text"}', 'no text'],
    ['a blank text', '{"text": "  "}', 'no text'],
    ['no audio', '{"type": "audio"}', 'no audio'],
    ['audio that is no base64', '{"type": "audio", "audio_data": "!!"}', 'base64'],
    ['a text that is too long', JSON.stringify({text: 'a'.repeat(8001)}), 'text'],
    ['sound that is not begun', Buffer.from([1, 2, 3]), 'No recording'],
    ['an end of nothing', '{"type": "audio_end"}', 'No recording'],
  ])('says what is wrong with %s, and stays', async (_, frame, words) => {
    await using gateway = await openSeed()
    using client = await connected(gateway.address)
    client.send(frame)
    expect(await client.next()).toMatchObject({
      type: 'error',
      code: expect.stringMatching(/USAGE|AUDIO_EMPTY/),
      message: expect.stringContaining(words),
    })
    client.send({text: 'still there'})
    expect(await client.next()).toMatchObject({type: 'response'})
  })

  it('tells what fails in a turn, and stays', async () => {
    await using gateway = await openSeed(scriptedEngines({heard: ''}))
    using client = await connected(gateway.address)
    client.send({type: 'audio', audio_data: wav.toString('base64')})
    expect(await client.next()).toMatchObject({type: 'error', code: 'NO_SPEECH'})
    client.send({type: 'audio', audio_data: Buffer.alloc(5000, 7).toString('base64')})
    expect(await client.next()).toMatchObject({type: 'error', code: 'AUDIO_UNREADABLE'})
    client.send({text: 'still there'})
    expect(await client.next()).toMatchObject({type: 'response'})
  })

  it('frees the place of a turn whose client is gone', async () => {
    const began = Promise.withResolvers<void>()
    let hangs = true
    const engines = scriptedEngines({
      beforePiece: () => {
        began.resolve()
        return hangs ? new Promise(() => {}) : undefined
      },
    })
    await using gateway = await openSeed(engines, {queue: {maxTurns: 1}})
    const gone = await connected(gateway.address)
    gone.send({text: 'never answered'})
    await began.promise
    hangs = false
    gone.socket.terminate()
    using client = await connected(gateway.address, '/ws/bert')
    client.send({text: 'hello'})
    expect(await client.next()).toMatchObject({type: 'response'})
    expect(engines.trace.running.size).toBe(0)
  })
})
