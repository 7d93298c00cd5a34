// Every encoding that is declared is really decoded: the same sentence in all of them, heard by the real recogniser, at once and as
// a stream; and what is said wrongly of a sound.
import {execFileSync} from 'node:child_process'
import {existsSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {setTimeout} from 'node:timers/promises'
import {type Encoding, encodings} from '@essence/core/audio/decode/encoding'
import {encodeToBytes} from '@essence/core/audio/encode/encode'
import {AudioChunk, SpeechToTextDefinition} from '@essence/core/rpc/generated/june/asr/asr'
import {openEspeak} from '@essence/core/tts/espeak/espeak'
import {textToSpeech} from '@essence/core/tts/text-to-speech'
import {type Channel, createChannel, createClient, Status} from 'nice-grpc'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {has} from '../audio/witness.ts'
import {openNano} from '../stt/nano.ts'
import {temporaryFolder} from '../temporary-folder.ts'
import {sttServer} from './serve.ts'

/** One that june-nano understands from a telephone's rate, too. */
const sentence = 'hello june how are you'
const folder = temporaryFolder()
const opened: {channel?: Channel; close?: () => Promise<void>} = {}

beforeAll(async () => {
  const voice = textToSpeech(await openEspeak())
  writeFileSync(join(folder, 'spoken.wav'), await encodeToBytes(voice.synthesize(sentence), 'wav'))
  await voice.close()
  const recognizer = await openNano(folder)
  const server = await sttServer(recognizer)
  opened.channel = createChannel(server.address)
  opened.close = async () => {
    opened.channel?.close()
    await server.close()
    await recognizer.close()
  }
})
afterAll(async () => {
  await opened.close?.()
})

/** The sentence as FFmpeg writes it. */
const written = (name: string, args: readonly string[]): Buffer => {
  const path = join(folder, name)
  if (!existsSync(path)) execFileSync('ffmpeg', ['-v', 'error', '-y', '-i', join(folder, 'spoken.wav'), ...args, path])
  return readFileSync(path)
}
const raw = (rate: number, channels: number): Buffer =>
  written(`${rate}-${channels}.raw`, ['-ar', `${rate}`, '-ac', `${channels}`, '-f', 's16le'])

interface Label {
  encoding?: string
  sampleRate?: number
  channels?: number
}

const client = () => createClient(SpeechToTextDefinition, opened.channel as Channel)
const atOnce = async (bytes: Buffer, label: Label) => {
  const {results, audioDurationUs} = await client().recognize({audioData: bytes, ...label})
  return {text: results.map(({transcript}) => transcript).join(' '), seconds: audioDurationUs / 1e6}
}
/** In chunks of 1000 bytes, which no container's frames are. */
const streamed = async (bytes: Buffer, label: Label) => {
  const chunks = async function* () {
    for (let at = 0; at < bytes.length; at += 1000) {
      const audioData = bytes.subarray(at, at + 1000)
      yield AudioChunk.fromPartial(at === 0 ? {audioData, ...label} : {audioData})
    }
  }
  const heard: string[] = []
  for await (const {transcript} of client().recognizeStream(chunks())) heard.push(transcript)
  return heard.join(' ')
}
const expectSentence = async (bytes: Buffer, label: Label) => {
  const {text, seconds} = await atOnce(bytes, label)
  expect(text).toBe(sentence)
  expect(seconds).toBeGreaterThan(1)
  expect(seconds).toBeLessThan(1.8)
  expect(await streamed(bytes, label)).toBe(sentence)
}

const ffmpeg = has('ffmpeg')
const skipped = ffmpeg ? '' : ' (skipped: ffmpeg is not here)'

describe.skipIf(!ffmpeg)(`the sentence${skipped}`, () => {
  it.each([8000, 16_000, 22_050, 24_000, 44_100, 48_000].flatMap(rate => [1, 2].map(channels => [rate, channels])))(
    'is heard as raw PCM of %i Hz and %i channels',
    async (sampleRate = 0, channels = 0) => {
      await expectSentence(raw(sampleRate, channels), {encoding: 'pcm', sampleRate, channels})
    },
  )

  const containers: [Encoding, string, string, string[]][] = [
    ['wav', '16-bit', 'a.wav', ['-ar', '44100', '-ac', '2']],
    ['wav', 'floats', 'b.wav', ['-c:a', 'pcm_f32le']],
    ['wav', '24-bit', 'c.wav', ['-c:a', 'pcm_s24le']],
    ['wav', 'A-law', 'd.wav', ['-c:a', 'pcm_alaw']],
    ['wav', 'RF64', 'e.wav', ['-rf64', 'always']],
    ['ogg', 'Opus', 'a.ogg', ['-c:a', 'libopus', '-b:a', '24k']],
    ['ogg', 'Vorbis', 'b.ogg', ['-c:a', 'libvorbis']],
    ['opus', 'in Ogg', 'c.ogg', ['-c:a', 'libopus', '-ac', '2']],
    ['opus', 'in WebM', 'c.webm', ['-c:a', 'libopus']],
    ['webm', 'Opus', 'a.webm', ['-c:a', 'libopus']],
    ['mp3', 'without a tag', 'a.mp3', ['-id3v2_version', '0', '-write_xing', '0']],
    ['mp3', 'with a tag', 'b.mp3', ['-ar', '44100', '-ac', '2']],
    ['flac', '48 kHz', 'a.flac', ['-ar', '48000']],
    ['m4a', 'AAC without a container', 'a.aac', []],
    ['m4a', 'its index at the end', 'a.m4a', []],
    ['m4a', 'its index at the beginning', 'b.m4a', ['-movflags', '+faststart']],
  ]
  it.each(containers)('is heard as %s (%s), with and without its label', async (encoding, _, name, args) => {
    const bytes = written(name, args)
    // The rate of a container is its own, whatever is said.
    await expectSentence(bytes, {encoding, sampleRate: 8000})
    await expectSentence(bytes, {})
  })

  it.each([
    ['24-bit WAV', 'c.wav', ['-c:a', 'pcm_s24le']],
    ['Vorbis in Ogg', 'b.ogg', ['-c:a', 'libvorbis']],
  ] as const)('in streams of %s that pause keeps nobody else waiting', async (_, name, args) => {
    const bytes = written(name, args)
    const middle = bytes.length >> 1
    const goOn = Promise.withResolvers<void>()
    // Each would hold one of the four threads that also read and write files.
    const streams = [1, 2, 3, 4].map(async () => {
      const chunks = async function* () {
        yield AudioChunk.fromPartial({audioData: bytes.subarray(0, middle)})
        await goOn.promise
        yield AudioChunk.fromPartial({audioData: bytes.subarray(middle)})
      }
      const heard: string[] = []
      for await (const {transcript} of client().recognizeStream(chunks())) heard.push(transcript)
      return heard.join(' ')
    })
    try {
      await setTimeout(300)
      const late = {signal: AbortSignal.timeout(5000)}
      const {results} = await client().recognize(
        {audioData: written('a.ogg', ['-c:a', 'libopus', '-b:a', '24k'])},
        late,
      )
      expect(results.map(({transcript}) => transcript).join(' ')).toBe(sentence)
    } finally {
      goOn.resolve()
      await Promise.allSettled(streams)
    }
    expect(await Promise.all(streams)).toEqual(new Array(4).fill(sentence))
  })

  it('is tried in every encoding there is', () => {
    expect(new Set(['pcm', ...containers.map(([encoding]) => encoding)])).toEqual(new Set(encodings))
  })

  it.each<[string, string[], string, Encoding[]]>([
    ['a.wav', [], 'WAV', ['wav']],
    ['a.ogg', ['-c:a', 'libopus'], 'OGG', ['ogg', 'opus']],
    ['a.webm', ['-c:a', 'libopus'], 'WEBM', ['webm', 'opus']],
    ['b.mp3', [], 'MP3', ['mp3', 'm4a']],
    ['a.flac', [], 'FLAC', ['flac']],
    ['a.m4a', [], 'M4A', ['m4a']],
    ['c.mp3', ['-id3v2_version', '0', '-write_xing', '0'], 'MP3', ['mp3', 'm4a']],
    ['a.aac', [], 'M4A', ['m4a']],
  ])('in %s is refused under any label that is not true', async (name, args, found, true_) => {
    const bytes = written(name, args)
    for (const encoding of encodings.filter(one => !true_.includes(one))) {
      const refusal = {
        code: Status.INVALID_ARGUMENT,
        details: expect.stringContaining(`The encoding was said to be ${encoding}, but the bytes are ${found}`),
      }
      await expect(atOnce(bytes, {encoding})).rejects.toMatchObject(refusal)
      await expect(streamed(bytes, {encoding})).rejects.toMatchObject(refusal)
    }
  })

  it('as raw PCM is refused under the label of any container', async () => {
    const bytes = raw(16_000, 1)
    for (const encoding of encodings.filter(one => one !== 'pcm')) {
      const refusal = {code: Status.INVALID_ARGUMENT, details: expect.stringContaining(`said to be ${encoding}, but`)}
      await expect(atOnce(bytes, {encoding})).rejects.toMatchObject(refusal)
      await expect(streamed(bytes, {encoding})).rejects.toMatchObject(refusal)
    }
  })

  it('at a wrong rate, which raw PCM does not give away, is heard as it was said to be, and its length tells', async () => {
    const bytes = raw(48_000, 1)
    const {text, seconds} = await atOnce(bytes, {encoding: 'pcm', sampleRate: 16_000})
    expect(text).not.toBe(sentence)
    expect(seconds).toBeCloseTo(bytes.length / 32_000, 3)
    await expectSentence(bytes, {encoding: 'pcm', sampleRate: 48_000})
  })

  it.each([7, -16_000, 10_000_000])('at %i Hz, which no sound has, is refused', async sampleRate => {
    const refusal = {code: Status.INVALID_ARGUMENT, details: expect.stringContaining(`${sampleRate} Hz`)}
    const label = {encoding: 'pcm', sampleRate}
    await expect(atOnce(raw(16_000, 1), label)).rejects.toMatchObject(refusal)
    await expect(streamed(raw(16_000, 1), label)).rejects.toMatchObject(refusal)
  })
})
