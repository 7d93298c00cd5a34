// Anything at all, at every door: never a fault of ours, never a crash, never words of another person, and all places free afterwards.
import {readFileSync} from 'node:fs'
import type {Mind} from '@essence/core/assistant/port'
import {EssenceError} from '@essence/core/kit/errors'
import fc from 'fast-check'
import {afterAll, beforeAll, describe, expect, it, vi} from 'vitest'
import {scriptedMind} from '../../../../test/engines/scripted-mind.ts'
import {connected} from '../seed/seed-gateway.ts'
import {expectFailure, expectFree, type Hard, openHard, runs, wav} from './hard-gateway.ts'

// Thousands of requests, on a machine that may be busy.
vi.setConfig({testTimeout: 600_000, hookTimeout: 300_000})

const secret = 'what only Ben has said'
let june: Hard
let anna: Record<string, string>
beforeAll(async () => {
  const {mind} = scriptedMind()
  const add: Mind['documents']['add'] = async ({name, bytes}) => {
    if (bytes.length === 0) throw new EssenceError('DOCUMENT_UNREADABLE', 'It is empty.')
    return {id: 'd', name, kind: 'text', bytes: bytes.length, chunks: 1, addedAt: new Date(), state: 'ready'}
  }
  june = await openHard({heard: 'hello', mind: {...mind, documents: {...mind.documents, add}}}, {stallMs: 60_000})
  anna = {authorization: `Bearer ${await june.tokenFor('anna')}`}
  const ben = {authorization: `Bearer ${await june.tokenFor('ben')}`}
  for (const key of ['k', '']) {
    await june.post('/chat', {text: secret, conversation_id: 'c'}, {...ben, ...(key && {'idempotency-key': key})})
  }
})
afterAll(() => june?.[Symbol.asyncDispose]())

const words = fc.oneof(
  fc.string({unit: 'binary', maxLength: 20}),
  fc.constantFrom(
    '',
    'a',
    'c',
    'k',
    'en',
    'auto',
    'june',
    'true',
    '../..',
    '__proto__',
    'user',
    'wav',
    'mp3',
    '\u0000',
    '\ud800',
    '1e999',
    'ben',
    'local',
  ),
)
const {json} = fc.letrec<{json: unknown}>(tie => ({
  json: fc.oneof(
    {maxDepth: 3},
    words,
    fc.oneof(fc.integer(), fc.double(), fc.boolean(), fc.constant(null)),
    fc.array(tie('json'), {maxLength: 3}),
    fc.dictionary(words, tie('json'), {maxKeys: 3}),
  ),
}))

/** Objects with names that mean something, and values that may. */
const object = (names: readonly string[]) =>
  fc.dictionary(fc.constantFrom(...names), fc.oneof({weight: 2, arbitrary: words}, {weight: 1, arbitrary: json}), {
    maxKeys: 5,
  })

const said = [
  'type',
  'text',
  'content',
  'audio_data',
  'audio_b64',
  'stream',
  'speak',
  'language',
  'voice_id',
  'conversation_id',
  'encoding',
  'sample_rate',
  '__proto__',
]
const types = [
  'text',
  'audio',
  'tts_request',
  'audio_start',
  'audio_chunk',
  'audio_end',
  'auth',
  'cancel',
  'ping',
  'response',
]

const message = fc.oneof(
  fc.tuple(fc.constantFrom(...types), object(said)).map(([type, rest]) => ({...rest, type})),
  fc.record({type: fc.constant('text'), text: words}),
  object(said),
  json,
)

const frame = fc.oneof(
  {weight: 4, arbitrary: message.map(each => JSON.stringify(each) ?? 'null')},
  {weight: 1, arbitrary: words},
  {weight: 1, arbitrary: message.map(each => (JSON.stringify(each) ?? '').slice(0, -1))},
  {weight: 1, arbitrary: fc.uint8Array({maxLength: 200}).map(bytes => Buffer.from(bytes))},
)

/** Bodies of JSON for a route, some of them as they should be. */
const bodies: Record<string, fc.Arbitrary<unknown>> = {
  '/chat': message,
  '/api/turn': fc.oneof(object(['text', 'session', 'voice', 'language', 'speak', 'documents', 'decision']), json),
  '/auth/login': fc.oneof(object(['username', 'password', 'user_id']), json),
  '/auth/refresh': fc.oneof(object(['refresh_token']), json),
  '/api/v1/llm/generate': fc.oneof(object(['prompt']), json),
  '/api/v1/tts/speak': fc.oneof(object(['text', 'language', 'voice_id']), json),
  '/v1/chat/completions': fc.oneof(
    fc
      .tuple(
        fc.array(
          fc.record({
            role: fc.constantFrom('user', 'system', 'assistant', 'tool', 'x'),
            content: fc.oneof(words, json),
          }),
          {maxLength: 3},
        ),
        object([
          'stream',
          'tools',
          'response_format',
          'temperature',
          'stop',
          'user',
          'n',
          'seed',
          'metadata',
          'reasoning_effort',
          'logit_bias',
        ]),
        fc.constantFrom('june', 'mock', ''),
      )
      .map(([messages, rest, model]) => ({...rest, messages, model})),
    json,
  ),
  '/v1/responses': fc.oneof(
    object(['model', 'input', 'previous_response_id', 'tools', 'stream', 'background', 'instructions', 'store']),
    fc.record(
      {
        model: fc.constantFrom('june', 'mock', ''),
        ...{input: words, instructions: words, previous_response_id: words},
        ...{stream: fc.boolean(), background: fc.boolean(), store: fc.boolean()},
      },
      {requiredKeys: ['model', 'input']},
    ),
    json,
  ),
  '/v1/embeddings': fc.oneof(
    object(['model', 'input', 'dimensions', 'encoding_format']),
    fc.record({model: fc.constant('mock-embedding'), input: fc.oneof(words, fc.array(words, {maxLength: 4}))}),
    json,
  ),
  '/v1/audio/speech': fc.oneof(
    object(['model', 'input', 'voice', 'response_format', 'speed', 'stream_format']),
    fc.record(
      {
        ...{model: fc.constant('tts-1'), input: words, voice: words},
        response_format: fc.constantFrom('mp3', 'opus', 'wav', 'flac', 'pcm', 'aac'),
        stream_format: fc.constantFrom('sse', 'audio'),
      },
      {requiredKeys: ['model', 'input']},
    ),
    json,
  ),
}

const send = async (path: string, init: RequestInit): Promise<{status: number; type: string; body: string}> => {
  // Nothing is left without an answer.
  const signal = AbortSignal.timeout(120_000)
  const response = await fetch(june.address + path, {
    method: 'POST',
    signal,
    ...init,
    headers: {...anna, ...init.headers},
  })
  return {status: response.status, type: response.headers.get('content-type') ?? '', body: await response.text()}
}

const expectSound = ({status, body}: {status: number; body: string}): void => {
  expect(body).not.toContain(secret)
  if (status >= 400) expectFailure(status, body)
  else expect(status).toBeLessThan(300)
}

describe('anything as JSON', () => {
  it.each(Object.entries(bodies))('to %s is answered, or refused as it should be', async (path, body) => {
    const key = fc.option(fc.constantFrom('k', 'l'), {nil: undefined, freq: 5})
    const property = fc.asyncProperty(body, key, async (given, name) => {
      const headers = {'content-type': 'application/json', ...(name && {'idempotency-key': name})}
      expectSound(await send(path, {headers, body: JSON.stringify(given) ?? ''}))
    })
    await fc.assert(property, runs(300))
  })

  it('and no JSON at all', async () => {
    const types = fc.constantFrom(
      'application/json',
      'text/plain',
      'audio/wav',
      'application/octet-stream',
      'multipart/form-data',
      'multipart/form-data; boundary=x',
      'a/b',
      ';',
      'application/json; charset=utf-7',
    )
    const property = fc.asyncProperty(
      fc.constantFrom(
        ...Object.keys(bodies),
        '/api/documents',
        '/api/v1/audio/transcribe',
        '/v1/audio/transcriptions',
        '/v1/realtime/client_secrets',
        '/auth/token',
        '/auth/logout',
        '/nothing',
      ),
      types,
      fc.uint8Array({maxLength: 300}),
      async (path, type, body) => {
        expectSound(await send(path, {headers: {'content-type': type}, body: Buffer.from(body)}))
      },
    )
    await fc.assert(property, runs(1000))
  })
})

describe('any path and query', () => {
  it('is answered, or refused as it should be', async () => {
    const part = fc.oneof(
      words.map(encodeURIComponentSafely),
      fc.constantFrom(
        'conversations',
        'anna',
        'ben',
        'export',
        'api',
        'memory',
        'documents',
        'v1',
        'models',
        'responses',
        'admin',
        'users',
        'status',
        'docs',
        'static',
        '..',
        '.',
        '%2e%2e',
        '%00',
        '%',
      ),
    )
    const query = fc.array(
      fc.tuple(
        fc.constantFrom(
          'page',
          'page_size',
          'limit',
          'after',
          'q',
          'format',
          'session',
          'token',
          '__proto__',
          'user_id',
        ),
        words,
      ),
      {maxLength: 3},
    )
    const property = fc.asyncProperty(
      fc.constantFrom('GET', 'DELETE', 'PATCH', 'HEAD', 'PUT', 'OPTIONS'),
      fc.array(part, {maxLength: 4}),
      query,
      async (method, parts, asked) => {
        const path = `/${parts.join('/')}?${asked.map(([name, value]) => `${name}=${encodeURIComponentSafely(value)}`).join('&')}`
        // Streams of reminders have no end.
        if (/^\/api\/reminders\/?\?/.test(path)) return
        const sent = await send(path, {method})
        if (method === 'HEAD') expect(sent.status).toBeLessThan(500)
        else expectSound(sent)
      },
    )
    await fc.assert(property, runs(1500))
  })
})

describe('any frame', () => {
  it('is answered by messages of JSON, and the connection stays', async () => {
    const property = fc.asyncProperty(fc.array(frame, {minLength: 10, maxLength: 30}), async frames => {
      using client = await connected(june.address, '/ws/anna', anna)
      for (const each of frames) client.send(each)
      client.send('{"type":"cancel"}')
      client.send('{"type":"ping"}')
      for (const message of await client.until('pong')) {
        expect(JSON.stringify(message)).not.toContain(secret)
        expect(message.type).toMatch(/^(response|transcription|audio_response|delta|status|error|pong)$/)
        if (message.type === 'error')
          expect(message).toMatchObject({code: expect.not.stringMatching(/^BUG$/), message: expect.any(String)})
      }
    })
    await fc.assert(property, runs(200))
    await expectFree(june)
  })
})

describe('any upload', () => {
  it('is heard, or refused as it should be', async () => {
    const sound = fc.oneof(
      fc.uint8Array({maxLength: 400}),
      fc
        .tuple(fc.nat(), fc.nat(255))
        .map(([at, byte]) => Uint8Array.from(wav, (old, n) => (n === at % 200 ? byte : old)).subarray(0, 2000)),
      fc.nat(2000).map(length => wav.subarray(0, length)),
    )
    const name = fc.oneof(words, fc.constantFrom('a.wav', 'a.exe', '../a.wav', 'a.mp3', 'a\r\nb: c.wav'))
    const place = fc.constantFrom('audio', 'file', '__proto__', 'model', 'constructor')
    const fields = fc.array(
      fc.tuple(
        fc.constantFrom(
          'model',
          'language',
          'response_format',
          'full_round_trip',
          'stream',
          '__proto__',
          'timestamp_granularities[]',
        ),
        words,
      ),
      {maxLength: 4},
    )
    const cut = fc.option(fc.nat(600), {nil: undefined, freq: 4})
    const property = fc.asyncProperty(
      fc.constantFrom(
        '/api/v1/audio/transcribe',
        '/v1/audio/transcriptions',
        '/v1/audio/translations',
        '/api/documents',
      ),
      ...([sound, name, place, fields, cut] as const),
      async (path, bytes, filename, part, more, end) => {
        const head = (named: string, file?: string) =>
          `--x\r\ncontent-disposition: form-data; name="${named}"${file === undefined ? '' : `; filename="${file}"\r\ncontent-type: audio/wav`}\r\n\r\n`
        const body = Buffer.concat([
          ...more.map(([named, value]) => Buffer.from(`${head(named)}${value}\r\n`)),
          Buffer.from(head(part, filename)),
          bytes,
          Buffer.from('\r\n--x--\r\n'),
        ]).subarray(0, end)
        expectSound(await send(path, {headers: {'content-type': 'multipart/form-data; boundary=x'}, body}))
      },
    )
    await fc.assert(property, runs(600))
    await expectFree(june)
  })

  it('as the sound of a turn, too', async () => {
    const property = fc.asyncProperty(
      fc.uint8Array({maxLength: 300}),
      fc.constantFrom(
        'audio/wav',
        'audio/mpeg',
        'audio/ogg',
        'video/mp4',
        'audio/webm',
        'audio/flac',
        'application/octet-stream',
      ),
      fc.constantFrom('', 'RIFF', 'OggS', 'fLaC', 'ID3', '\x1aE\xdf\xa3'),
      async (bytes, type, start) => {
        const {status, body} = await send('/api/turn?speak=false', {
          headers: {'content-type': type},
          body: Buffer.concat([Buffer.from(start, 'latin1'), bytes]),
        })
        expect(status).toBe(200)
        const last = JSON.parse(body.trim().split('\n').at(-1) ?? '')
        expect(['done', 'error']).toContain(last.type)
        expect(last.code).not.toBe('BUG')
      },
    )
    await fc.assert(property, runs(400))
    await expectFree(june)
  })
})

const encodeURIComponentSafely = (text: string): string => encodeURIComponent(text.toWellFormed())

describe('all of it', () => {
  it('leaves the memory as it was', async () => {
    const resident = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'latin1'))?.[1]) / 1024
    const body = JSON.stringify({text: 'a'.repeat(5000)})
    const round = async () => {
      for (let n = 0; n < 300; n++) await send('/chat', {headers: {'content-type': 'application/json'}, body})
    }
    await round()
    const before = resident()
    await round()
    expect(resident() - before).toBeLessThan(100)
  })
})
