// What must not work, does not, with the right status and a sentence; the service stays up and its memory returns.
import {setFlagsFromString} from 'node:v8'
import {runInNewContext} from 'node:vm'
import {encodeToBytes} from '@essence/core/audio/encode'
import {toPcm16} from '@essence/core/audio/wav'
import {EssenceError} from '@essence/core/kit/errors'
import {Secret} from '@essence/core/kit/secret'
import {AudioChunk, SpeechToTextDefinition} from '@essence/core/rpc/generated/june/asr/asr'
import {SynthesisRequest, TextToSpeechDefinition} from '@essence/core/rpc/generated/june/tts/tts'
import {openMetrics} from '@essence/core/service/metrics'
import {openRemoteRecognizer} from '@essence/core/stt/grpc-client'
import {mockSpeechToText} from '@essence/core/stt/mock'
import type {SpeechToText} from '@essence/core/stt/port'
import {openEspeak} from '@essence/core/tts/espeak'
import type {TextToSpeech} from '@essence/core/tts/port'
import {textToSpeech} from '@essence/core/tts/text-to-speech'
import {type Channel, ClientError, createChannel, createClient, Metadata, Status} from 'nice-grpc'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {bursts} from '../stt/bursts.ts'
import {sttServer, ttsServer} from './serve.ts'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const open = async (stt: SpeechToText, options: Parameters<typeof sttServer>[1] = {}) => {
  const server = await sttServer(stt, options)
  const channel = createChannel(server.address, undefined, {'grpc.max_send_message_length': -1})
  const client = createClient(SpeechToTextDefinition, channel)
  const close = async () => {
    channel.close()
    await server.close()
  }
  return {server, client, close}
}

/** The status of a call that fails. */
const failureOf = async (call: Promise<unknown>): Promise<ClientError> => {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(ClientError)
  return error as ClientError
}

const all = async <T>(source: AsyncIterable<T>): Promise<T[]> => {
  const items: T[] = []
  for await (const item of source) items.push(item)
  return items
}

async function* chunksOf(bytes: Uint8Array, size: number, first: Partial<AudioChunk> = {}) {
  for (let at = 0; at === 0 || at < bytes.length; at += size) {
    const audioData = Buffer.from(bytes.subarray(at, at + size))
    yield AudioChunk.fromPartial(at === 0 ? {...first, audioData} : {audioData})
  }
}

const speech = bursts(3)
const pcm = toPcm16(speech)
const sound = async function* () {
  yield {pcm: speech, sampleRate: 16_000}
}

describe('the recognition service', () => {
  let service: Awaited<ReturnType<typeof open>>
  beforeAll(async () => {
    service = await open(mockSpeechToText())
  })
  afterAll(() => service.close())
  const works = async () => {
    const {results} = await service.client.recognize({audioData: Buffer.from(pcm), sampleRate: 16_000})
    expect(results[0]?.transcript).toBe('Testing speech recognition')
  }

  it.each([
    ['a rate no sound has', {sampleRate: 5, audioData: Buffer.from(pcm)}, /5 Hz; expected/],
    ['a negative rate', {sampleRate: -1, audioData: Buffer.from(pcm)}, /-1 Hz; expected/],
    [
      '50 MB that last for hours',
      {sampleRate: 1000, audioData: Buffer.alloc(50 * 1024 ** 2)},
      /437 minutes at 1000 Hz; at most 60/,
    ],
    ['a thousand channels', {channels: 1000, audioData: Buffer.from(pcm)}, /1000 channels/],
    ['an encoding that is none', {encoding: 'pcm24', audioData: Buffer.from(pcm)}, /"pcm24" is not known/],
    ['raw PCM said to be FLAC', {encoding: 'flac', audioData: Buffer.from(pcm)}, /said to be flac, but .* raw PCM/],
    ['nothing', {audioData: Buffer.alloc(0)}, /empty \(0 bytes\)/],
    ['a language that is none', {audioData: Buffer.from(pcm), config: {language: 'klingon'}}, /klingon/],
    ['diarization', {audioData: Buffer.from(pcm), config: {enableDiarization: true}}, /told apart/],
    [
      'garbage said to be OGG',
      {encoding: 'ogg', audioData: Buffer.from(`OggS${'x'.repeat(999)}`)},
      /not audio|decoded/,
    ],
  ])('refuses %s', async (_, request, sentence) => {
    const failure = await failureOf(service.client.recognize(request))
    expect(failure.code).toBe(Status.INVALID_ARGUMENT)
    expect(failure.details).toMatch(sentence)
    await works()
  })

  it('refuses WAV that is said to be raw PCM, at once and as a stream, and says what it is', async () => {
    const wav = await encodeToBytes(sound(), 'wav')
    const label = {encoding: 'pcm', sampleRate: 16_000}
    for (const call of [
      service.client.recognize({audioData: Buffer.from(wav), ...label}),
      all(service.client.recognizeStream(chunksOf(wav, 1000, label))),
    ]) {
      expect(await failureOf(call)).toMatchObject({
        code: Status.INVALID_ARGUMENT,
        details: 'The encoding was said to be pcm, but the bytes are WAV, which says its own sample rate.',
      })
    }
  })

  it.each(['wav', 'ogg', 'mp3'] as const)('hears %s, at once and in chunks of any size', async format => {
    const bytes = await encodeToBytes(sound(), format)
    const {results, audioDurationUs} = await service.client.recognize({audioData: Buffer.from(bytes), encoding: format})
    expect(results).toHaveLength(1)
    expect(audioDurationUs / 1e6).toBeCloseTo(3, 0)
    const streamed = await all(service.client.recognizeStream(chunksOf(bytes, 333, {encoding: format})))
    expect(streamed.filter(({isFinal}) => isFinal).length).toBeGreaterThan(0)
  })

  it('hears raw PCM in chunks of no bytes and of odd numbers, at any rate, of two channels', async () => {
    const stereo = new Uint8Array(pcm.length * 2)
    for (let at = 0; at < pcm.length; at += 2) {
      stereo.set(pcm.subarray(at, at + 2), at * 2)
      stereo.set(pcm.subarray(at, at + 2), at * 2 + 2)
    }
    async function* odd() {
      yield AudioChunk.fromPartial({sampleRate: 44_100, channels: 2, encoding: 'pcm'})
      yield* chunksOf(stereo, 777)
      yield AudioChunk.fromPartial({audioData: Buffer.from([1])})
    }
    const results = await all(service.client.recognizeStream(odd()))
    // Played at 44.1 kHz, 3 s of 16 kHz take 1.09 s.
    expect(results.at(-1)?.isFinal).toBe(true)
    expect((results.at(-1)?.endTimeUs ?? 0) / 1e6).toBeLessThan(1.3)
  })

  it('refuses a change of sound or of configuration on the way', async () => {
    const changes: Partial<AudioChunk>[] = [
      {sampleRate: 8000},
      {config: AudioChunk.fromPartial({config: {language: 'en'}}).config},
    ]
    for (const change of changes) {
      async function* changing() {
        yield AudioChunk.fromPartial({audioData: Buffer.from(pcm), sampleRate: 16_000})
        yield AudioChunk.fromPartial({audioData: Buffer.from(pcm), ...change})
      }
      expect((await failureOf(all(service.client.recognizeStream(changing())))).code).toBe(Status.INVALID_ARGUMENT)
    }
  })

  it('answers a stream in which nothing is sent with nothing', async () => {
    expect(await all(service.client.recognizeStream((async function* () {})()))).toEqual([])
    expect(await all(service.client.recognizeStream(chunksOf(new Uint8Array(), 1)))).toEqual([])
  })

  it('refuses 51 MB at once, 8 times, and keeps none of it', async () => {
    const big = Buffer.alloc(51 * 1024 ** 2)
    await failureOf(service.client.recognize({audioData: big, encoding: 'pcm'}))
    collectGarbage()
    const before = process.memoryUsage().rss
    for (let time = 0; time < 8; time++) {
      const failure = await failureOf(service.client.recognize({audioData: big, encoding: 'pcm'}))
      expect(failure.code).toBe(Status.INVALID_ARGUMENT)
      expect(failure.details).toMatch(/53477376 bytes; at most 52428800/)
    }
    collectGarbage()
    // Client and server are one process here; 8 recordings would be 430 MB.
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 ** 2)
    await works()
  })

  it('refuses what is larger than any message, and a chunk of more than 4 MB', async () => {
    const huge = await failureOf(service.client.recognize({audioData: Buffer.alloc(70 * 1024 ** 2)}))
    expect(huge.code).toBe(Status.RESOURCE_EXHAUSTED)
    expect(huge.details).toMatch(/larger than/)
    const chunk = chunksOf(Buffer.alloc(5 * 1024 ** 2), 5 * 1024 ** 2)
    expect((await failureOf(all(service.client.recognizeStream(chunk)))).code).toBe(Status.INVALID_ARGUMENT)
    await works()
  })

  it('ends a call at its deadline, and one that is cancelled', async () => {
    const stuck = await open(scripted(() => new Promise(() => {})))
    const request = {audioData: Buffer.from(pcm), sampleRate: 16_000}
    const late = await failureOf(stuck.client.recognize(request, {metadata: Metadata({'grpc-timeout': '50m'})}))
    expect(late.code).toBe(Status.DEADLINE_EXCEEDED)
    const remote = await openRemoteRecognizer({url: stuck.server.url, deadlineMs: -5950})
    await expect(remote.recognize(bursts(3))).rejects.toMatchObject({code: 'TIMED_OUT'})
    await remote.close()
    await stuck.close()
  })
})

/** A recogniser that does what is given. */
const scripted = (recognize: SpeechToText['recognize'], more: Partial<SpeechToText> = {}): SpeechToText => ({
  ...mockSpeechToText(),
  recognize,
  ...more,
})

describe('errors on their way', () => {
  it.each([
    ['ENGINE_BUSY', Status.RESOURCE_EXHAUSTED],
    ['ENGINE_UNAVAILABLE', Status.UNAVAILABLE],
    ['USAGE', Status.INVALID_ARGUMENT],
    ['ENGINE_FAILED', Status.INTERNAL],
  ] as const)('%s arrives as %s, and as itself at our own client', async (code, status) => {
    const secret = '/home/june/models/secret-path'
    const service = await open(
      scripted(async () => {
        throw new EssenceError(code, code === 'ENGINE_FAILED' ? secret : 'This is why.', {suggestions: ['Do that.']})
      }),
    )
    let trailer = Metadata()
    const request = {audioData: Buffer.from(pcm), sampleRate: 16_000}
    const failure = await failureOf(service.client.recognize(request, {onTrailer: told => (trailer = told)}))
    expect(failure.code).toBe(status)
    expect(failure.details).not.toContain(secret)
    expect(trailer.get('retry-after-ms')).toBe(code === 'ENGINE_BUSY' ? '1000' : undefined)
    expect(String(trailer.get('grpc-status-details-bin') ?? '').includes('google.rpc.RetryInfo')).toBe(
      code === 'ENGINE_BUSY',
    )
    const remote = await openRemoteRecognizer({url: service.server.url})
    await expect(remote.recognize(bursts(3))).rejects.toMatchObject(
      code === 'ENGINE_FAILED' ? {code} : {code, message: 'This is why.', suggestions: ['Do that.']},
    )
    await remote.close()
    await service.close()
  })

  it('a fault of the engine is told to the log, not to the caller', async () => {
    const logged: unknown[] = []
    const fault = new TypeError('x is not a function')
    const failing = scripted(async () => {
      throw fault
    })
    const service = await open(failing, {onError: error => logged.push(error)})
    const failure = await failureOf(service.client.recognize({audioData: Buffer.from(pcm)}))
    expect(failure).toMatchObject({code: Status.INTERNAL, details: 'Something went wrong in the service.'})
    expect(logged).toEqual([fault])
    await service.close()
  })
})

describe('the way in', () => {
  it('wants the key where there is one, before it reads anything', async () => {
    const key = new Secret('a-key-of-the-service')
    const service = await open(mockSpeechToText(), {key})
    const request = {audioData: Buffer.from(pcm), sampleRate: 16_000}
    const without = await failureOf(service.client.recognize(request))
    expect(without).toMatchObject({code: Status.UNAUTHENTICATED, details: 'This service wants a key.'})
    const wrong = await failureOf(service.client.recognize(request, {metadata: Metadata({'x-api-key': 'another'})}))
    expect(wrong.code).toBe(Status.UNAUTHENTICATED)
    const metadata = Metadata({authorization: `Bearer ${key.reveal()}`})
    expect((await service.client.recognize(request, {metadata})).results).toHaveLength(1)
    await expect(openRemoteRecognizer({url: service.server.url})).rejects.toMatchObject({code: 'TOKEN_MISSING'})
    const remote = await openRemoteRecognizer({url: service.server.url, key})
    expect((await remote.recognize(bursts(3))).text).not.toBe('')
    await remote.close()
    await service.close()
  })

  it('says that it is busy when there is no room, and counts every call', async () => {
    const {promise: go, resolve} = Promise.withResolvers<void>()
    const began = Promise.withResolvers<void>()
    const waiting = scripted(async audio => {
      began.resolve()
      await go
      return mockSpeechToText().recognize(audio)
    })
    const {registry} = openMetrics()
    const service = await open(waiting, {maxCalls: 1, metrics: {registry, prefix: 'stt'}})
    const request = {audioData: Buffer.from(pcm), sampleRate: 16_000}
    const first = service.client.recognize(request)
    await began.promise
    expect((await failureOf(service.client.recognize(request))).code).toBe(Status.RESOURCE_EXHAUSTED)
    resolve()
    expect((await first).results).toHaveLength(1)
    const figures = await registry.metrics()
    expect(figures).toContain('stt_requests_total{method="Recognize",status="OK"} 1')
    expect(figures).toContain('stt_requests_total{method="Recognize",status="RESOURCE_EXHAUSTED"} 1')
    expect(figures).toContain('stt_errors_total{error_type="ENGINE_BUSY"} 1')
    expect(figures).toContain('stt_active_connections 0')
    await service.close()
  })

  it('finishes what runs when it drains, and takes nothing new', async () => {
    const {promise: go, resolve} = Promise.withResolvers<void>()
    const began = Promise.withResolvers<void>()
    const waiting = scripted(async audio => {
      began.resolve()
      await go
      return mockSpeechToText().recognize(audio)
    })
    const service = await open(waiting)
    const request = {audioData: Buffer.from(pcm), sampleRate: 16_000}
    const first = service.client.recognize(request)
    await began.promise
    const drained = service.server.drain(new AbortController().signal)
    expect((await failureOf(service.client.recognize(request))).details).toBe('The service is stopping.')
    resolve()
    await drained
    expect((await first).results).toHaveLength(1)
    await service.close()
  })
})

describe('clients that do not play along', () => {
  it('gives up one that neither sends nor ends', async () => {
    const service = await open(mockSpeechToText(), {idleMs: 30})
    async function* silent() {
      yield AudioChunk.fromPartial({audioData: Buffer.from(pcm), sampleRate: 16_000})
      await new Promise(() => {})
    }
    const failure = await failureOf(all(service.client.recognizeStream(silent())))
    expect(failure).toMatchObject({
      code: Status.DEADLINE_EXCEEDED,
      details: expect.stringContaining('Nothing came for'),
    })
    await service.close()
  })

  it('drops one that takes nothing of what is spoken to it, and speaks on for the others', async () => {
    const espeak = textToSpeech(await openEspeak())
    const left = Promise.withResolvers<void>()
    const tts: TextToSpeech = {
      ...espeak,
      async *synthesize(text, options) {
        try {
          for (;;) yield* espeak.synthesize(text, options)
        } finally {
          left.resolve()
        }
      },
    }
    const server = await ttsServer(tts, {stallMs: 100})
    const channel: Channel = createChannel(server.address)
    const client = createClient(TextToSpeechDefinition, channel)
    const stalled = client
      .synthesizeStream(
        (async function* () {
          yield SynthesisRequest.fromPartial({text: 'A long story. '.repeat(20), config: {wholeText: true}})
        })(),
      )
      [Symbol.asyncIterator]()
    expect((await stalled.next()).done).toBe(false)
    // Nothing more is taken: the story that never ends is told until nobody listens, and no further.
    await left.promise
    expect((await client.healthCheck({})).healthy).toBe(true)
    channel.close()
    await server.close()
    await espeak.close()
  })

  it('hears three hours in constant memory', async () => {
    const service = await open(mockSpeechToText())
    /** s in a chunk; every tenth has speech at its beginning. */
    const chunkSeconds = 6
    const silence = toPcm16(new Float32Array(chunkSeconds * 16_000))
    const spoken = Uint8Array.from([...pcm, ...silence.subarray(pcm.length)])
    const resident: number[] = []
    async function* hours() {
      yield AudioChunk.fromPartial({sampleRate: 16_000, encoding: 'pcm'})
      for (let at = 0; at < 3 * 3600; at += chunkSeconds) {
        if (at % 600 === 0) {
          collectGarbage()
          resident.push(process.memoryUsage().rss)
        }
        yield AudioChunk.fromPartial({audioData: Buffer.from(at % 60 === 0 ? spoken : silence)})
      }
    }
    const results = await all(service.client.recognizeStream(hours()))
    expect(results.filter(({isFinal}) => isFinal).length).toBeGreaterThanOrEqual(180)
    expect((results.at(-1)?.endTimeUs ?? 0) / 3.6e9).toBeGreaterThan(2.9)
    // From the first half hour to the third hour; the samples of that time would be 570 MB, its bytes 290.
    expect((resident.at(-1) ?? 0) - (resident[3] ?? 0)).toBeLessThan(100 * 1024 ** 2)
    await service.close()
  }, 180_000)
})

describe('the synthesis service', () => {
  let server: Awaited<ReturnType<typeof ttsServer>>
  let espeak: TextToSpeech
  let channel: Channel
  beforeAll(async () => {
    espeak = textToSpeech(await openEspeak())
    server = await ttsServer(espeak)
    channel = createChannel(server.address)
  })
  afterAll(async () => {
    channel.close()
    await server.close()
    await espeak.close()
  })

  it.each([
    ['50,001 characters', {text: 'a'.repeat(50_001)}, /50001 characters; at most 50000/],
    ['a voice that is none', {text: 'Hello', voiceId: 'qqqqqqqq'}, /qqqqqqqq/],
    ['a language nobody speaks', {text: 'Hello', language: 'qq'}, /No voice speaks the language "qq"/],
    ['too much speed', {text: 'Hello', config: {speed: 3}}, /speed must be/],
    ['a mood that is none', {text: 'Hello', config: {prosody: 'bored'}}, /style must be one of/],
    ['malformed SSML', {text: '<speak>Hello', config: {enableSsml: true}}, /SSML|speak/],
    ['an encoding that is none', {text: 'Hello', config: {encoding: 'g729'}}, /"g729" is not known/],
    [
      'a rate opus has not',
      {text: 'Hello', config: {encoding: 'opus', sampleRate: 22_050}},
      /Cannot encode ogg at 22050/,
    ],
    ['a rate no player has', {text: 'Hello', config: {sampleRate: 1}}, /1 Hz cannot be sent/],
  ])('refuses %s, at once and as a stream', async (_, request, sentence) => {
    const client = createClient(TextToSpeechDefinition, channel)
    const one = (async function* () {
      yield SynthesisRequest.fromPartial(request)
    })()
    for (const call of [client.synthesize(request), all(client.synthesizeStream(one))]) {
      const failure = await failureOf(call)
      expect(failure.code).toBe(Status.INVALID_ARGUMENT)
      expect(failure.details).toMatch(sentence)
    }
  })

  it.each([
    ['opus', 16_000, 'OggS'],
    ['opus', 0, 'OggS'],
    ['mp3', 24_000, ''],
    ['wav', 8000, 'RIFF'],
    ['pcm16', 44_100, ''],
  ] as const)('speaks as %s at %i Hz, and says how long', async (encoding, sampleRate, magic) => {
    const client = createClient(TextToSpeechDefinition, channel)
    const spoken = await client.synthesize({text: 'Hello there, how are you?', config: {encoding, sampleRate}})
    expect(spoken).toMatchObject({encoding, sampleRate: sampleRate || 48_000, channels: 1})
    expect(spoken.audioData.toString('latin1', 0, magic.length)).toBe(magic)
    expect(spoken.durationMs).toBeGreaterThan(500)
    if (encoding === 'pcm16') expect(spoken.audioData.length / 88.2).toBeCloseTo(spoken.durationMs, -1)
  })

  it.each(['', ' ', '...'])('answers %j with no sound', async text => {
    const client = createClient(TextToSpeechDefinition, channel)
    expect(await client.synthesize({text, config: {encoding: 'opus'}})).toMatchObject({
      durationMs: 0,
      audioData: Buffer.alloc(0),
    })
  })
})
