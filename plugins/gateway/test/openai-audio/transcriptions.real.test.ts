import {once} from 'node:events'
import {request} from 'node:http'
import {encodeToBytes} from '@essence/core/audio/encode/encode'
import {EssenceError} from '@essence/core/kit/errors'
import type {RecognizerAbilities, SpeechToText, StreamOptions, TranscriptSegment} from '@essence/core/stt/port'
import {toFile} from 'openai'
import {describe, expect, it, vi} from 'vitest'
import {chunked, noise, sine} from '../../../../test/audio/sounds.ts'
import {collected} from '../../../../test/collected.ts'
import {scriptedEngines} from '../../../../test/engines/scripted.ts'
import {openClient} from '../openai/client.ts'

const segments: TranscriptSegment[] = [
  {
    text: 'Hello June.',
    startMs: 100,
    endMs: 900,
    confidence: 0.5,
    words: [
      {text: 'Hello', startMs: 100, endMs: 500},
      {text: 'June.', startMs: 500, endMs: 900},
    ],
  },
  {text: 'How are you?', startMs: 1200, endMs: 1900, words: [{text: 'How', startMs: 1200, endMs: 1900}]},
]

const able: RecognizerAbilities = {
  languages: ['en', 'de'],
  ...{translate: true, words: true, prompt: true, confidence: true},
}

/** A recogniser that hears the same in every sound, and tells what it was asked. */
const listening = (abilities: Partial<RecognizerAbilities> = {}, language = 'de') => {
  const asked: StreamOptions[] = []
  const engines = scriptedEngines()
  const stt: SpeechToText = {
    ...engines.stt,
    abilities: {...able, ...abilities},
    async *stream(sound, options = {}) {
      asked.push(options)
      if (options.language === 'xx') throw new EssenceError('USAGE', '"xx" is not a language.')
      for await (const _ of sound);
      for (const segment of segments) yield {type: 'final', segment, language}
    },
  }
  return {engines: {...engines, stt}, asked}
}

const twoSeconds = await encodeToBytes(chunked(sine(300, 2), 16_000), 'mp3')
const file = () => toFile(twoSeconds, 'speech.mp3')
const usage = {type: 'duration', seconds: expect.closeTo(2, 0)}

describe('transcriptions', () => {
  it('json', async () => {
    const {engines, asked} = listening()
    await using opened = await openClient(engines)
    const create = opened.client.audio.transcriptions.create.bind(opened.client.audio.transcriptions)
    expect(await create({model: 'whisper-1', file: await file()})).toEqual({text: 'Hello June. How are you?', usage})
    expect(asked[0]).toMatchObject({translate: false, words: false, prompt: undefined, packUtterances: true})
    await create({model: 'script-stt', file: await file(), language: 'en', prompt: 'June', temperature: 0.2})
    expect(asked[1]).toMatchObject({language: 'en', prompt: 'June'})
  })

  it('the file may come before the fields or after them', async () => {
    await using opened = await openClient(listening().engines)
    for (const order of [
      ['file', 'model'],
      ['model', 'file'],
    ]) {
      const form = new FormData()
      for (const name of order) form.set(name, name === 'file' ? await file() : 'whisper-1')
      const response = await fetch(`${opened.gateway.address}/v1/audio/transcriptions`, {method: 'POST', body: form})
      expect(await response.json()).toMatchObject({text: 'Hello June. How are you?'})
    }
  })

  it('verbose_json, with segments, words, or both', async () => {
    const {engines, asked} = listening()
    await using opened = await openClient(engines)
    const create = async (timestamp_granularities?: ('word' | 'segment')[]) =>
      opened.client.audio.transcriptions.create({
        ...{model: 'whisper-1', file: await file(), response_format: 'verbose_json', temperature: 0.3},
        ...(timestamp_granularities && {timestamp_granularities}),
      } as const)
    const usual = await create()
    expect(usual).toMatchObject({
      ...{task: 'transcribe', language: 'german', text: 'Hello June. How are you?', usage},
      duration: expect.closeTo(2, 0),
      segments: [
        {
          ...{id: 0, seek: 10, start: 0.1, end: 0.9, text: 'Hello June.', tokens: [], temperature: 0.3},
          ...{avg_logprob: Math.log(0.5), no_speech_prob: 0},
        },
        {id: 1, start: 1.2, end: 1.9, text: 'How are you?', avg_logprob: 0},
      ],
    })
    expect(usual.segments?.[0]?.compression_ratio).toBeCloseTo(11 / 19, 2)
    expect(usual).not.toHaveProperty('words')
    expect(asked[0]?.words).toBe(false)
    const words = await create(['word'])
    expect(words.words).toEqual([
      {word: 'Hello', start: 0.1, end: 0.5},
      {word: 'June.', start: 0.5, end: 0.9},
      {word: 'How', start: 1.2, end: 1.9},
    ])
    expect(words).not.toHaveProperty('segments')
    expect(asked[1]?.words).toBe(true)
    const both = await create(['word', 'segment'])
    expect([both.words?.length, both.segments?.length]).toEqual([3, 2])
  })

  it('text, srt and vtt', async () => {
    await using opened = await openClient(listening().engines)
    const create = async (response_format: 'text' | 'srt' | 'vtt') =>
      opened.client.audio.transcriptions.create({model: 'whisper-1', file: await file(), response_format})
    expect(await create('text')).toBe('Hello June. How are you?\n')
    expect(await create('srt')).toMatch(/^1\n00:00:00,100 --> 00:00:00,9\d\d\nHello June\.\n\n2\n/)
    expect(await create('vtt')).toMatch(/^WEBVTT\n\n00:00:00\.100 --> [^\n]+\nHello June\.\n\n/)
  })

  it('as a stream: pieces as they are heard, then the whole, which they are together', async () => {
    await using opened = await openClient(listening().engines)
    const stream = await opened.client.audio.transcriptions.create({
      ...{model: 'gpt-4o-transcribe', file: await file(), stream: true},
    })
    const events = await collected(stream)
    expect(events).toEqual([
      {type: 'transcript.text.delta', delta: 'Hello June.'},
      {type: 'transcript.text.delta', delta: ' How are you?'},
      {type: 'transcript.text.done', text: 'Hello June. How are you?', usage},
    ])
  })

  it('that fail in the middle of a stream say so, as the client understands it', async () => {
    const {engines} = listening()
    const stt: SpeechToText = {
      ...engines.stt,
      async *stream() {
        yield {type: 'final', segment: segments[0] as TranscriptSegment, language: 'en'}
        throw new EssenceError('ENGINE_FAILED', 'The recogniser broke.')
      },
    }
    await using opened = await openClient({...engines, stt})
    const stream = await opened.client.audio.transcriptions.create({
      ...{model: 'whisper-1', file: await file(), stream: true},
    })
    await expect(collected(stream)).rejects.toThrow('The recogniser broke.')
  })

  it('a prompt is passed over where the recogniser takes none', async () => {
    const {engines, asked} = listening({prompt: false})
    await using opened = await openClient(engines)
    await opened.client.audio.transcriptions.create({model: 'whisper-1', file: await file(), prompt: 'June'})
    expect(asked[0]?.prompt).toBeUndefined()
  })
})

describe('translations', () => {
  it('are English text, and say so', async () => {
    const {engines, asked} = listening()
    await using opened = await openClient(engines)
    const verbose = await opened.client.audio.translations.create({
      ...{model: 'whisper-1', file: await file(), response_format: 'verbose_json'},
    } as const)
    expect(verbose).toMatchObject({task: 'translate', language: 'english', text: 'Hello June. How are you?'})
    expect(asked[0]).toMatchObject({translate: true})
  })
})

describe('asked again with the same key', () => {
  it('are the same answer, heard once; another file under that key is refused', async () => {
    const {engines, asked} = listening()
    await using opened = await openClient(engines)
    const create = async (params: object = {}) =>
      opened.client.audio.transcriptions.create(
        {model: 'whisper-1', file: await file(), ...params},
        {headers: {'idempotency-key': 'first'}},
      )
    expect(await create()).toEqual(await create())
    expect(asked).toHaveLength(1)
    const other = await toFile(new Uint8Array(100), 'speech.mp3')
    await expect(create({file: other})).rejects.toMatchObject({status: 400})
  })
})

describe('uploads', () => {
  const head = '--x\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\nRIFF'
  /** One that has begun and sends nothing more. */
  const begun = (address: string) => {
    const upload = request(`${address}/v1/audio/transcriptions`, {
      ...{method: 'POST', headers: {'content-type': 'multipart/form-data; boundary=x', 'content-length': 100_000}},
    })
    upload.on('error', () => {})
    upload.write(head)
    return upload
  }

  it('that stand still are given up', async () => {
    await using opened = await openClient(listening().engines, {stallMs: 50})
    const [response] = await once(begun(opened.gateway.address), 'response')
    expect(response.statusCode).toBe(408)
    expect(JSON.parse(Buffer.concat(await collected(response)).toString()).error.message).toContain('too slowly')
  })

  it('are 32 at once at the most, and one that leaves makes room', async () => {
    await using opened = await openClient(listening().engines)
    const create = async () => opened.client.audio.transcriptions.create({model: 'whisper-1', file: await file()})
    const uploads = Array.from({length: 32}, () => begun(opened.gateway.address))
    await vi.waitFor(() => expect(create()).rejects.toMatchObject({status: 503}), {timeout: 10_000})
    for (const upload of uploads) upload.destroy()
    await vi.waitFor(create, {timeout: 10_000})
  })
})

describe('refusals', () => {
  const refused = async (
    params: object,
    {bytes = twoSeconds, ...options}: {bytes?: Uint8Array; maxUploadBytes?: number} = {},
  ) => {
    await using opened = await openClient(listening().engines, options)
    const form = {model: 'whisper-1', file: await toFile(bytes, 'a.mp3'), ...params}
    return await opened.client.audio.transcriptions.create(form).then(
      () => expect.unreachable('it was taken'),
      error => error,
    )
  }

  it.each([
    ['another model', {model: 'tts-1'}, {status: 404, code: 'model_not_found', param: 'model'}],
    ['no model', {model: ''}, {status: 400, param: 'model'}],
    ['another format', {response_format: 'diarized_json'}, {status: 400, param: 'response_format'}],
    ['log probabilities', {include: ['logprobs']}, {status: 400, param: 'include[0]'}],
    [
      'times without verbose_json',
      {timestamp_granularities: ['word']},
      {status: 400, param: 'timestamp_granularities'},
    ],
    ['a temperature that is none', {temperature: 'hot'}, {status: 400, param: 'temperature'}],
    ['a language that is none', {language: 'xx'}, {status: 400, message: expect.stringContaining('not a language')}],
    ['the same, of a stream', {language: 'xx', stream: true}, {status: 400}],
  ])('%s', async (_, params, expected) => expect(await refused(params)).toMatchObject(expected))

  it('an empty file, and one that is no sound', async () => {
    expect(await refused({}, {bytes: new Uint8Array()})).toMatchObject({status: 400, code: 'audio_empty'})
    const garbage = Uint8Array.from(noise(5000, 127), sample => sample)
    expect(await refused({}, {bytes: garbage})).toMatchObject({status: 400, code: 'audio_unreadable'})
    expect(await refused({stream: true}, {bytes: garbage})).toMatchObject({status: 400, code: 'audio_unreadable'})
  })

  it('a file that is larger than is taken, announced or not, with an answer that is read', async () => {
    const bytes = new Uint8Array(3 * 1024 ** 2)
    expect(await refused({}, {bytes, maxUploadBytes: 1024 ** 2})).toMatchObject({status: 413})
    const almost = {bytes: new Uint8Array(1024 ** 2 + 10), maxUploadBytes: 1024 ** 2}
    expect(await refused({}, almost)).toMatchObject({status: 413, message: expect.stringContaining('at most 1048576')})
  })

  it.each([
    ['no form', {body: '{}', headers: {'content-type': 'application/json'}}],
    ['a form without a boundary', {body: 'x', headers: {'content-type': 'multipart/form-data'}}],
    [
      'a form that breaks off',
      {
        body: '--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nabc',
        headers: {'content-type': 'multipart/form-data; boundary=x'},
      },
    ],
    [
      'a form without a file',
      {
        body: '--x\r\nContent-Disposition: form-data; name="model"\r\n\r\nwhisper-1\r\n--x--\r\n',
        headers: {'content-type': 'multipart/form-data; boundary=x'},
      },
    ],
    ['no body', {headers: {'content-type': 'multipart/form-data; boundary=x'}}],
  ])('%s', async (_, init) => {
    await using opened = await openClient(listening().engines)
    const response = await fetch(`${opened.gateway.address}/v1/audio/transcriptions`, {method: 'POST', ...init})
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({error: {type: 'invalid_request_error'}})
  })
})
