import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {readAudio} from '@essence/core/audio/decode/decode'
import {fromPcm16} from '@essence/core/audio/pcm'
import {EssenceError} from '@essence/core/kit/errors'
import {openMockTextToSpeech} from '@essence/core/tts/mock'
import type {SpeechCreateParams} from 'openai/resources/audio/speech'
import {describe, expect, it} from 'vitest'
import {has, run} from '../../../../test/audio/witness.ts'
import {scriptedEngines} from '../../../../test/engines/scripted.ts'
import {temporaryFolder} from '../../../../test/temporary-folder.ts'
import {openClient} from '../openai/client.ts'

const folder = temporaryFolder()

/** OpenAI's client, and a gateway that speaks in tones: "Hello." lasts 0.34 s and its pause. */
const speaking = async () => openClient({...scriptedEngines(), tts: await openMockTextToSpeech()})

const asked = {model: 'tts-1', voice: 'alloy', input: 'Hello there, this is June speaking.'} as const

describe('formats', () => {
  const seen = {
    mp3: {codec_name: 'mp3', sample_rate: '16000'},
    opus: {codec_name: 'opus', sample_rate: '48000'},
    aac: {codec_name: 'aac', sample_rate: '16000'},
    flac: {codec_name: 'flac', sample_rate: '16000'},
    wav: {codec_name: 'pcm_s16le', sample_rate: '16000'},
  }
  const mimes = {mp3: 'audio/mpeg', opus: 'audio/ogg', aac: 'audio/aac', flac: 'audio/flac', wav: 'audio/wav'}

  it.each(Object.keys(seen) as (keyof typeof seen)[])('%s is what it says it is', async format => {
    await using opened = await speaking()
    const response = await opened.client.audio.speech.create({...asked, response_format: format})
    expect(response.headers.get('content-type')).toBe(mimes[format])
    const bytes = new Uint8Array(await response.arrayBuffer())
    const seconds = (await readAudio({bytes})).length / 16_000
    const pcm = await opened.client.audio.speech.create({...asked, response_format: 'pcm'})
    expect(Math.abs(seconds - (await pcm.arrayBuffer()).byteLength / 48_000)).toBeLessThan(0.15)
    if (!has('ffprobe')) return
    const path = join(folder, `speech.${format}`)
    writeFileSync(path, bytes)
    const {streams} = JSON.parse(run('ffprobe', ['-v', 'error', '-show_streams', '-of', 'json', path]))
    expect(streams).toMatchObject([{...seen[format], channels: 1}])
  })

  it('pcm has 24 kHz; mp3 comes where none is named', async () => {
    await using opened = await speaking()
    const mp3 = await opened.client.audio.speech.create(asked)
    expect(mp3.headers.get('content-type')).toBe('audio/mpeg')
    const heard = await readAudio({bytes: new Uint8Array(await mp3.arrayBuffer())}, {sampleRate: 24_000})
    const response = await opened.client.audio.speech.create({...asked, response_format: 'pcm'})
    const samples = fromPcm16(new Uint8Array(await response.arrayBuffer()))
    expect(Math.abs(samples.length - heard.length) / 24_000).toBeLessThan(0.15)
  })
})

describe('as a stream', () => {
  const slow = () => {
    const second = Promise.withResolvers<void>()
    const engines = scriptedEngines()
    const pcm = Float32Array.from({length: 16_000}, (_, n) => 0.5 * Math.sin(n / 5))
    const tts = {
      ...engines.tts,
      async *synthesize() {
        yield {pcm, sampleRate: 16_000}
        await second.promise
        yield {pcm, sampleRate: 16_000}
      },
    }
    return {engines: {...engines, tts}, second}
  }

  it('the first sound comes while the rest is still spoken', async () => {
    const {engines, second} = slow()
    await using opened = await openClient(engines)
    const response = await opened.client.audio.speech.create({...asked, response_format: 'pcm'})
    const reader = (response.body as ReadableStream<Uint8Array>).getReader()
    expect((await reader.read()).value?.length).toBeGreaterThan(1000)
    second.resolve()
    let rest = 0
    for (let part = await reader.read(); !part.done; part = await reader.read()) rest += part.value.length
    expect(rest).toBeGreaterThan(40_000)
  })

  it('of events: pieces in base64, put together they are the file; at the end the usage', async () => {
    await using opened = await speaking()
    const {client, gateway} = opened
    const response = await client.audio.speech.create({...asked, response_format: 'wav', stream_format: 'sse'})
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    const events = (await response.text())
      .split('\n\n')
      .filter(each => each !== '')
      .map(each => JSON.parse(each.replace('data: ', '')))
    expect(events.at(-1)).toEqual({
      type: 'speech.audio.done',
      usage: {input_tokens: 0, output_tokens: 0, total_tokens: 0},
    })
    const deltas = events.slice(0, -1)
    expect(new Set(deltas.map(({type}) => type))).toEqual(new Set(['speech.audio.delta']))
    const whole = await client.audio.speech.create({...asked, response_format: 'wav'})
    expect(Buffer.concat(deltas.map(({audio}) => Buffer.from(audio, 'base64')))).toEqual(
      Buffer.from(await whole.arrayBuffer()),
    )
    expect(gateway.health.report().ready).toBe(true)
  })

  it('that breaks off is seen to be broken: no file that only seems whole, and as events it says why', async () => {
    const engines = scriptedEngines()
    const tts = {
      ...engines.tts,
      async *synthesize() {
        yield {pcm: new Float32Array(16_000).fill(0.1), sampleRate: 16_000}
        throw new EssenceError('ENGINE_FAILED', 'The voice broke.')
      },
    }
    await using opened = await openClient({...engines, tts})
    const response = await opened.client.audio.speech.create({...asked, response_format: 'pcm'})
    await expect(response.arrayBuffer()).rejects.toThrow()
    const events = await opened.client.audio.speech.create({...asked, stream_format: 'sse'})
    expect(await events.text()).toMatch(/"error":\{"message":"The voice broke\."[^\n]+\n\n$/)
  })

  it('ends when the client leaves, and frees its place', async () => {
    const engines = scriptedEngines()
    const left = Promise.withResolvers<void>()
    const tts = {
      ...engines.tts,
      async *synthesize() {
        try {
          for (;;) {
            yield {pcm: new Float32Array(16_000).fill(0.1), sampleRate: 16_000}
            await new Promise(setImmediate)
          }
        } finally {
          left.resolve()
        }
      },
    }
    await using opened = await openClient({...engines, tts}, {queue: {maxTurns: 1, maxWaiting: 0}})
    const leaving = new AbortController()
    const response = await opened.client.audio.speech.create(asked, {signal: leaving.signal})
    const reader = (response.body as ReadableStream<Uint8Array>).getReader()
    await reader.read()
    await expect(opened.client.audio.speech.create(asked)).rejects.toMatchObject({status: 503})
    leaving.abort()
    await left.promise
  })
})

it('asked again with the same key, the same sound is sent, and spoken once', async () => {
  const engines = scriptedEngines()
  await using opened = await openClient(engines)
  const before = engines.trace.spoken.length
  const create = async () =>
    (await opened.client.audio.speech.create(asked, {headers: {'idempotency-key': 'first'}})).arrayBuffer()
  expect(Buffer.from(await create())).toEqual(Buffer.from(await create()))
  expect(engines.trace.spoken.length).toBe(before + 1)
})

describe('voice, style and speed', () => {
  const spokenAs = async (params: Partial<SpeechCreateParams>) => {
    const engines = scriptedEngines()
    await using opened = await openClient(engines)
    await (await opened.client.audio.speech.create({...asked, ...params})).arrayBuffer()
    return engines.trace.spoken.at(-1)
  }

  it('are handed on', async () => {
    expect(await spokenAs({voice: 'tone', speed: 1.5})).toMatchObject({
      text: asked.input,
      options: {voice: 'tone', speed: 1.5, style: 'neutral', ssml: false},
    })
    expect((await spokenAs({voice: {id: 'tone'}}))?.options.voice).toBe('tone')
    // The usual one is then spoken at.
    expect((await spokenAs({}))?.options.speed).toBeUndefined()
    expect((await spokenAs({voice: 'alloy'}))?.options.voice).toBeUndefined()
    expect((await spokenAs({instructions: 'Speak in a cheerful tone.'}))?.options.style).toBe('happy')
  })

  it('beyond what a voice takes as speed: it is spoken that much faster all the same', async () => {
    await using opened = await speaking()
    const secondsAt = async (speed: number): Promise<number> => {
      const response = await opened.client.audio.speech.create({
        ...{...asked, input: 'Fast & <slow> speech of many words in one clause'},
        ...{speed, response_format: 'pcm'},
      })
      return (await response.arrayBuffer()).byteLength / 48_000
    }
    const [usual, fast, slow] = [await secondsAt(1), await secondsAt(4), await secondsAt(0.25)]
    expect(usual / fast).toBeGreaterThan(3.2)
    expect(slow / usual).toBeGreaterThan(3.2)
  })
})

describe('refusals', () => {
  it.each([
    ['another model', {model: 'whisper-1'}, {status: 404, code: 'model_not_found', param: 'model'}],
    ['a model that is none', {model: 'gpt-4o'}, {status: 404, code: 'model_not_found', param: 'model'}],
    ['a voice that is none', {voice: 'nobody'}, {status: 400, message: expect.stringContaining('nobody')}],
    ['no text', {input: ''}, {status: 400, param: 'input'}],
    ['text without anything to speak', {input: '…'}, {status: 400}],
    ['too much text', {input: 'a'.repeat(32_769)}, {status: 400, param: 'input'}],
    ['too much speed', {speed: 4.1}, {status: 400, param: 'speed'}],
    ['another format', {response_format: 'mp4' as 'mp3'}, {status: 400, param: 'response_format'}],
  ])('%s', async (_, params, expected) => {
    await using opened = await speaking()
    await expect(opened.client.audio.speech.create({...asked, ...params})).rejects.toMatchObject(expected)
  })
})
