// Clients that do not send, do not take, or do not stop for hours.
import {toPcm16} from '@essence/core/audio/pcm'
import {AudioChunk} from '@essence/core/rpc/generated/june/asr/asr'
import {SynthesisRequest, TextToSpeechDefinition} from '@essence/core/rpc/generated/june/tts/tts'
import {mockSpeechToText} from '@essence/core/stt/mock'
import {openEspeak} from '@essence/core/tts/espeak/espeak'
import type {TextToSpeech} from '@essence/core/tts/port'
import {textToSpeech} from '@essence/core/tts/text-to-speech'
import {type Channel, createChannel, createClient, Status} from 'nice-grpc'
import {describe, expect, it} from 'vitest'
import {collected} from '../collected.ts'
import {bytesInUse} from '../kit/bytes-in-use.ts'
import {failureOf, open, pcm} from './calls.ts'
import {ttsServer} from './serve.ts'

describe('clients that do not play along', () => {
  it('gives up one that neither sends nor ends', async () => {
    const service = await open(mockSpeechToText(), {idleMs: 30})
    async function* silent() {
      yield AudioChunk.fromPartial({audioData: Buffer.from(pcm), sampleRate: 16_000})
      await new Promise(() => {})
    }
    const failure = await failureOf(collected(service.client.recognizeStream(silent())))
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
    /** Every ten minutes of sound. */
    const held: number[] = []
    async function* hours() {
      yield AudioChunk.fromPartial({sampleRate: 16_000, encoding: 'pcm'})
      for (let at = 0; at < 3 * 3600; at += chunkSeconds) {
        if (at % 600 === 0) held.push(bytesInUse())
        yield AudioChunk.fromPartial({audioData: Buffer.from(at % 60 === 0 ? spoken : silence)})
      }
    }
    const results = await collected(service.client.recognizeStream(hours()))
    expect(results.filter(({isFinal}) => isFinal).length).toBeGreaterThanOrEqual(180)
    expect((results.at(-1)?.endTimeUs ?? 0) / 3.6e9).toBeGreaterThan(2.9)
    // From the first half hour to the third hour; the samples of that time would be 570 MB, its bytes 290.
    expect((held.at(-1) ?? 0) - (held[3] ?? 0)).toBeLessThan(60 * 1024 ** 2)
    await service.close()
  }, 180_000)
})
