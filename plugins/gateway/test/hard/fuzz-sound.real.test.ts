// Anything at all as frames and as sound: never a fault of ours, never words of another person, and all places free afterwards.
import fc from 'fast-check'
import {afterAll, beforeAll, describe, expect, it, vi} from 'vitest'
import {connected} from '../seed/seed-gateway.ts'
import {frame, words} from './arbitraries.ts'
import {expectSound, type Fuzzed, openFuzzed, secret} from './fuzzed-gateway.ts'
import {expectFree, runs, wav} from './hard-gateway.ts'

// Thousands of requests, on a machine that may be busy.
vi.setConfig({testTimeout: 600_000, hookTimeout: 300_000})

let june: Fuzzed
beforeAll(async () => {
  june = await openFuzzed()
})
afterAll(() => june?.[Symbol.asyncDispose]())

describe('any frame', () => {
  it('is answered by messages of JSON, and the connection stays', async () => {
    const property = fc.asyncProperty(fc.array(frame, {minLength: 10, maxLength: 30}), async frames => {
      using client = await connected(june.address, '/ws/anna', june.anna)
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
        expectSound(await june.send(path, {headers: {'content-type': 'multipart/form-data; boundary=x'}, body}))
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
        const {status, body} = await june.send('/api/turn?speak=false', {
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
