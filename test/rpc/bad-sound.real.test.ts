// Sound that must not work, does not, with the right status and a sentence; the service stays up and its memory returns.
import {encodeToBytes} from '@essence/core/audio/encode/encode'
import {AudioChunk} from '@essence/core/rpc/generated/june/asr/asr'
import {openRemoteRecognizer} from '@essence/core/stt/grpc/client'
import {mockSpeechToText} from '@essence/core/stt/mock'
import {Metadata, Status} from 'nice-grpc'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {collected} from '../collected.ts'
import {bytesInUse} from '../kit/bytes-in-use.ts'
import {bursts} from '../stt/bursts.ts'
import {chunksOf, failureOf, open, pcm, scripted, speech} from './calls.ts'

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
      collected(service.client.recognizeStream(chunksOf(wav, 1000, label))),
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
    const streamed = await collected(service.client.recognizeStream(chunksOf(bytes, 333, {encoding: format})))
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
    const results = await collected(service.client.recognizeStream(odd()))
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
      expect((await failureOf(collected(service.client.recognizeStream(changing())))).code).toBe(
        Status.INVALID_ARGUMENT,
      )
    }
  })

  it('answers a stream in which nothing is sent with nothing', async () => {
    expect(await collected(service.client.recognizeStream((async function* () {})()))).toEqual([])
    expect(await collected(service.client.recognizeStream(chunksOf(new Uint8Array(), 1)))).toEqual([])
  })

  it('refuses 51 MB at once, 8 times, and keeps none of it', async () => {
    const big = Buffer.alloc(51 * 1024 ** 2)
    await failureOf(service.client.recognize({audioData: big, encoding: 'pcm'}))
    const before = bytesInUse()
    for (let time = 0; time < 8; time++) {
      const failure = await failureOf(service.client.recognize({audioData: big, encoding: 'pcm'}))
      expect(failure.code).toBe(Status.INVALID_ARGUMENT)
      expect(failure.details).toMatch(/53477376 bytes; at most 52428800/)
    }
    // Client and server are one process here, and one recording may still be on its way; 8 would be 430 MB.
    expect(bytesInUse() - before).toBeLessThan(100 * 1024 ** 2)
    await works()
  })

  it('refuses what is larger than any message, and a chunk of more than 4 MB', async () => {
    const huge = await failureOf(service.client.recognize({audioData: Buffer.alloc(70 * 1024 ** 2)}))
    expect(huge.code).toBe(Status.RESOURCE_EXHAUSTED)
    expect(huge.details).toMatch(/larger than/)
    const chunk = chunksOf(Buffer.alloc(5 * 1024 ** 2), 5 * 1024 ** 2)
    expect((await failureOf(collected(service.client.recognizeStream(chunk)))).code).toBe(Status.INVALID_ARGUMENT)
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
