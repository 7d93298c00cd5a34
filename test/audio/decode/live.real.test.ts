import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {decodeAudio} from '../../../src/audio/decode/decode.ts'
import {decodeLive, type LiveOptions} from '../../../src/audio/decode/live.ts'
import {type EncodedFormat, encodeToBytes} from '../../../src/audio/encode/encode.ts'
import {wavStream} from '../../../src/audio/encode/wav.ts'
import {concatSamples, toPcm16} from '../../../src/audio/pcm.ts'
import {chunked, noise, pitchOf, sine, wavOf} from '../sounds.ts'

const whole = async (pieces: AsyncIterable<Float32Array>): Promise<Float32Array> => {
  const parts: Float32Array[] = []
  for await (const part of pieces) parts.push(part)
  return concatSamples(parts)
}

/** Bytes as a pipe gives them: in pieces of any size. */
const piped = async function* (bytes: Uint8Array, sizes: number[] = [1000]): AsyncGenerator<Uint8Array> {
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1000
    yield bytes.subarray(at, at + size)
    at += size
  }
}

const live = (bytes: Uint8Array, options?: LiveOptions, sizes?: number[]): Promise<Float32Array> =>
  whole(decodeLive(piped(bytes, sizes), options))

const loudness = (audio: Float32Array): number =>
  Math.sqrt(audio.reduce((sum, each) => sum + each ** 2, 0) / audio.length)

describe('containers', () => {
  it.each<EncodedFormat>(['ogg', 'mp3', 'wav'])('%s is heard as from a file', async format => {
    const bytes = await encodeToBytes(chunked(sine(440, 2, 24_000), 24_000), format)
    const heard = await live(bytes)
    const fromFile = await whole(decodeAudio({bytes}))
    // The padding that an encoder puts around an MP3 is known to a reader of whole files only.
    expect(Math.abs(heard.length - fromFile.length)).toBeLessThan(format === 'mp3' ? 1600 : 200)
    expect(pitchOf(heard.subarray(8000, 24_000))).toBeCloseTo(440, -1)
    expect(loudness(heard)).toBeCloseTo(loudness(fromFile), 1)
  })

  it('a WAV that is still being written', async () => {
    const parts: Uint8Array[] = []
    for await (const part of wavStream(chunked(sine(300, 1), 16_000))) parts.push(part)
    expect((await live(Buffer.concat(parts))).length).toBe(16_000)
  })

  it.each([
    ['8 bits', {bits: 8}, new Uint8Array(4000).fill(128), 4000],
    ['stereo', {channels: 2}, toPcm16(sine(300, 1)), 8000],
    ['8000 Hz', {rate: 8000}, toPcm16(sine(300, 1, 8000)), 16_000],
    ['24 bits, left to FFmpeg', {bits: 24}, new Uint8Array(48_000), 16_000],
  ])('a WAV of %s', async (_, header, data, samples) => {
    expect((await live(wavOf(data, header))).length).toBe(samples)
  })

  it('what follows the samples of a WAV is no sound', async () => {
    const data = toPcm16(sine(300, 1))
    const file = Buffer.concat([wavOf(data), Buffer.from('LIST\x04\x00\x00\x00INFO')])
    expect((await live(file)).length).toBe(16_000)
  })

  it('comes while it is still being sent', async () => {
    const bytes = await encodeToBytes(chunked(sine(440, 3, 24_000), 24_000), 'ogg')
    const {promise: never} = Promise.withResolvers<Uint8Array>()
    const stalled = async function* () {
      yield bytes.subarray(0, bytes.length / 2)
      yield await never
    }
    const stop = new AbortController()
    let heard = 0
    // Half of three seconds are in; the stop comes only once a second of it was handed on.
    const listening = (async () => {
      for await (const pcm of decodeLive(stalled(), {signal: stop.signal})) {
        heard += pcm.length
        if (heard > 16_000) stop.abort()
      }
    })()
    await expect(listening).rejects.toMatchObject({code: 'CANCELLED'})
    expect(heard).toBeGreaterThan(16_000)
  })
})

describe('raw PCM', () => {
  it('is the same in whatever pieces it comes', async () => {
    const bytes = toPcm16(noise(4000, 0.5))
    const expected = await live(bytes, {raw: {sampleRate: 22_050}}, [bytes.length])
    const sizes = fc.array(fc.integer({min: 1, max: 777}), {minLength: 1, maxLength: 8})
    await fc.assert(
      fc.asyncProperty(sizes, async pieces => {
        const heard = await live(bytes, {raw: {sampleRate: 22_050}}, pieces)
        expect(heard.length).toBe(expected.length)
        expect(Math.max(...heard.map((each, index) => Math.abs(each - (expected[index] ?? 9))))).toBeLessThan(1e-5)
      }),
      {numRuns: 20},
    )
  })

  it('mixes channels, and leaves out half a sample at the end', async () => {
    const stereo = new Uint8Array(4 * 1000 + 3)
    expect((await live(stereo, {raw: {sampleRate: 16_000, channels: 2}})).length).toBe(1000)
  })

  it.each([[{sampleRate: 0}], [{sampleRate: 900}], [{sampleRate: 16_000.5}], [{sampleRate: 16_000, channels: 0}]])(
    '%j is refused',
    async raw => {
      await expect(live(new Uint8Array(100), {raw})).rejects.toMatchObject({code: 'USAGE'})
    },
  )
})

describe('what is not as it was said', () => {
  it('a container for raw PCM', async () => {
    await expect(live(wavOf(new Uint8Array(100)), {raw: {sampleRate: 16_000}})).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining('says its own sample rate'),
    })
  })

  it.each([
    ['raw PCM for a container', toPcm16(noise(16_000, 0.5))],
    ['text', Buffer.from('This is no sound at all, only a sentence.')],
    ['a header and nothing else', wavOf(new Uint8Array(0)).subarray(0, 30)],
  ])('%s', async (_, bytes) => {
    await expect(live(bytes)).rejects.toMatchObject({code: 'AUDIO_UNREADABLE'})
  })

  it('nothing', async () => {
    await expect(live(new Uint8Array())).rejects.toMatchObject({code: 'AUDIO_EMPTY'})
  })

  it('a WAV without a sample', async () => {
    await expect(live(wavOf(new Uint8Array(0)))).rejects.toMatchObject({code: 'AUDIO_EMPTY'})
  })

  it('passes on how its source fails', async () => {
    const failing = async function* () {
      yield (await encodeToBytes(chunked(sine(440, 1), 16_000), 'ogg')).subarray(0, 3000)
      throw new Error('the microphone went away')
    }
    await expect(whole(decodeLive(failing()))).rejects.toThrow('the microphone went away')
  })
})
