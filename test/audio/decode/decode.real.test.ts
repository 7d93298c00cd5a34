import {createReadStream, readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {decodeAudio, readAudio} from '@essence/core/audio/decode/decode'
import {peak} from '@essence/core/audio/dsp/levels'
import {encodeToBytes} from '@essence/core/audio/encode/encode'
import {concatSamples} from '@essence/core/audio/pcm'
import {describe, expect, it} from 'vitest'
import {temporaryFolder} from '../../temporary-folder.ts'
import {rms} from '../meters.ts'
import {chunked, noise, pitchOf, sameSamples, sine, wavOf} from '../sounds.ts'
import {has, hasSpeechFolder, run, speechFolder} from '../witness.ts'

const folder = temporaryFolder()

/** A tone of 440 Hz and amplitude 0.5 that lasts 2 s, give or take the padding of its codec. */
const expectTone = (audio: Float32Array, {padMs = 0, sampleRate = 16_000, level = 0.5 / Math.SQRT2} = {}): void => {
  expect(Math.abs(audio.length / sampleRate - 2) * 1000).toBeLessThanOrEqual(padMs)
  const middle = audio.subarray(audio.length / 4, (audio.length * 3) / 4)
  expect(Math.abs(pitchOf(middle, sampleRate) - 440)).toBeLessThan(2)
  expect(rms(middle) / level).toBeGreaterThan(0.9)
  expect(rms(middle) / level).toBeLessThan(1.1)
  expect(peak(audio)).toBeLessThanOrEqual(1)
}

describe('WAV of every width', () => {
  const tone = sine(440, 2, 22_050)
  const widths: Record<
    string,
    [tag: number, bits: number, write: (view: DataView, at: number, sample: number) => void]
  > = {
    u8: [1, 8, (view, at, sample) => view.setUint8(at, Math.round(sample * 127) + 128)],
    s16: [1, 16, (view, at, sample) => view.setInt16(at, Math.round(sample * 32_767), true)],
    s24: [
      1,
      24,
      (view, at, sample) => {
        const value = Math.round(sample * 8_388_607)
        view.setUint16(at, value & 0xffff, true)
        view.setInt8(at + 2, value >> 16)
      },
    ],
    s32: [1, 32, (view, at, sample) => view.setInt32(at, Math.round(sample * 2_147_483_647), true)],
    f32: [3, 32, (view, at, sample) => view.setFloat32(at, sample, true)],
    f64: [3, 64, (view, at, sample) => view.setFloat64(at, sample, true)],
  }
  const written = (width: string, samples: Float32Array, channels = 1): Uint8Array => {
    const [tag, bits, write] = widths[width] ?? [0, 0, () => {}]
    const view = new DataView(new ArrayBuffer((samples.length * bits) / 8))
    for (const [i, sample] of samples.entries()) write(view, (i * bits) / 8, sample)
    return wavOf(new Uint8Array(view.buffer), {tag, bits, channels, rate: 22_050})
  }

  it.each(Object.keys(widths))('%s', async width => {
    expectTone(await readAudio({bytes: written(width, tone)}), {padMs: 1})
  })

  it.each([2, 3, 6, 8, 9, 24])('%i channels that are equal keep their level', async channels => {
    const woven = Float32Array.from({length: tone.length * channels}, (_, i) => tone[Math.floor(i / channels)] ?? 0)
    expectTone(await readAudio({bytes: written('s16', woven, channels)}), {padMs: 1})
  })

  it('one silent channel of two halves the level', async () => {
    const woven = Float32Array.from([...tone].flatMap(sample => [sample, 0]))
    expectTone(await readAudio({bytes: written('s16', woven, 2)}), {padMs: 1, level: 0.25 / Math.SQRT2})
  })

  it('float samples beyond full scale are clipped, and what is no number is silent', async () => {
    const samples = Float32Array.from(
      {length: 22_050},
      (_, i) => [Number.NaN, 7, -7, Number.POSITIVE_INFINITY][i % 4] ?? 0,
    )
    const audio = await readAudio({bytes: written('f32', samples)}, {sampleRate: 22_050})
    expect([...audio.subarray(0, 4)]).toEqual([0, 1, -1, 1])
  })
})

it('AMR, as old phones record: 20 ms in a frame of 13 bytes', async () => {
  const frame = Uint8Array.from([0x04, ...new Array<number>(12).fill(0x55)])
  const audio = await readAudio({
    bytes: Buffer.concat([Buffer.from('#!AMR\n'), ...new Array<Uint8Array>(100).fill(frame)]),
  })
  expect(audio).toHaveLength(32_000)
  expect(rms(audio)).toBeGreaterThan(0)
})

describe('what our own encoder writes', () => {
  it.each([
    ['ogg', 0, 48_000],
    ['wav', 0, 16_000],
    ['mp3', 110, 16_000],
  ] as const)('%s', async (format, padMs, rate) => {
    const bytes = await encodeToBytes(chunked(sine(440, 2, rate), rate), format)
    expectTone(await readAudio({bytes}), {padMs})
  })
})

describe.skipIf(!has('ffmpeg'))(`what FFmpeg writes${has('ffmpeg') ? '' : ' (missing: ffmpeg)'}`, () => {
  const tone = ['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=44100:duration=2,volume=4,pan=stereo|c0=c0|c1=c0']
  const video = ['-f', 'lavfi', '-i', 'testsrc=size=240x240:rate=25:duration=2', ...tone, '-map', '0', '-map', '1']
  const files: Record<string, [args: string[], padMs: number]> = {
    'opus.ogg': [[...tone, '-c:a', 'libopus'], 0],
    'vorbis.ogg': [[...tone, '-c:a', 'libvorbis'], 1],
    'flac.ogg': [[...tone, '-c:a', 'flac'], 0],
    'lame.mp3': [tone, 0],
    'plain.mp3': [[...tone, '-write_xing', '0'], 60],
    'adts.aac': [tone, 60],
    'aac.m4a': [tone, 1],
    'alac.m4a': [[...tone, '-c:a', 'alac'], 1],
    'first.m4a': [[...tone, '-movflags', '+faststart'], 1],
    'fragments.mp4': [[...tone, '-movflags', '+frag_keyframe+empty_moov'], 60],
    'flac.flac': [tone, 0],
    'opus.webm': [[...tone, '-c:a', 'libopus'], 0],
    'opus.mka': [[...tone, '-c:a', 'libopus'], 0],
    'note.mp4': [[...video, '-c:v', 'mpeg4', '-c:a', 'aac'], 1],
    'video.webm': [[...video, '-c:v', 'libvpx', '-c:a', 'libopus'], 0],
    'alaw.wav': [[...tone, '-c:a', 'pcm_alaw'], 0],
    'mulaw.wav': [[...tone, '-c:a', 'pcm_mulaw'], 0],
    'adpcm.wav': [[...tone, '-c:a', 'adpcm_ima_wav'], 60],
    'pcm.aiff': [tone, 0],
    'pcm.caf': [tone, 0],
    'pcm.au': [tone, 0],
    'pcm.w64': [tone, 0],
  }

  it.each(Object.entries(files))('%s from a path, bytes and a stream', async (name, [args, padMs]) => {
    const path = join(folder, name)
    run('ffmpeg', ['-v', 'error', '-y', ...args, path])
    const fromPath = await readAudio({path})
    expectTone(fromPath, {padMs})
    // Bit for bit the same, however it came; also MP4 with its index at the end, from a stream.
    expect(sameSamples(await readAudio({bytes: readFileSync(path)}), fromPath)).toBe(true)
    expect(sameSamples(await readAudio({stream: createReadStream(path, {highWaterMark: 7777})}), fromPath)).toBe(true)
  })

  it('a video without sound is refused', async () => {
    const path = join(folder, 'mute.mp4')
    run('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', 'testsrc=size=64x64:rate=25:duration=1', path])
    await expect(readAudio({path})).rejects.toMatchObject({
      code: 'AUDIO_UNREADABLE',
      message: expect.stringContaining('no sound'),
    })
  })

  it('a file cut in half gives about its first half', async () => {
    for (const name of ['opus.ogg', 'lame.mp3', 'flac.flac', 'opus.webm', 'first.m4a', 'adts.aac', 'alaw.wav']) {
      const bytes = readFileSync(join(folder, name))
      const audio = await readAudio({bytes: bytes.subarray(0, bytes.length / 2)})
      expect(audio.length / 16_000, name).toBeGreaterThan(0.5)
      expect(audio.length / 16_000, name).toBeLessThan(1.4)
      expect(Math.abs(pitchOf(audio.subarray(1600)) - 440), name).toBeLessThan(5)
    }
  })
})

describe('pieces', () => {
  it('come in half seconds, and are the whole', async () => {
    const bytes = await encodeToBytes(chunked(noise(16_000 * 3 + 123, 0.5), 16_000), 'wav')
    const pieces: Float32Array[] = []
    for await (const piece of decodeAudio({bytes})) pieces.push(piece)
    expect(pieces.map(piece => piece.length)).toEqual([8000, 8000, 8000, 8000, 8000, 8000, 123])
    expect(sameSamples(concatSamples(pieces), await readAudio({bytes}))).toBe(true)
  })

  it.each([8000, 24_000, 48_000])('at %i Hz', async sampleRate => {
    const bytes = await encodeToBytes(chunked(sine(440, 2, 44_100), 44_100), 'wav')
    expectTone(await readAudio({bytes}, {sampleRate}), {padMs: 1, sampleRate})
  })

  it('of a file of two joined ones hold both', async () => {
    const one = await encodeToBytes(chunked(sine(440, 1, 48_000), 48_000), 'ogg')
    const other = await encodeToBytes(chunked(sine(440, 1, 24_000), 24_000), 'ogg')
    expectTone(await readAudio({bytes: Buffer.concat([one, other])}), {padMs: 20})
  })
})

describe.skipIf(!hasSpeechFolder)(
  `recordings of people${hasSpeechFolder ? '' : ' (missing: shared/data/speech)'}`,
  () => {
    it('have the length their headers state', async () => {
      const librivox = join(speechFolder, 'librivox')
      const files = [
        join(speechFolder, 'jfk.wav'),
        ...readdirSync(librivox)
          .filter(name => name.endsWith('.wav'))
          .map(name => join(librivox, name)),
      ]
      for (const path of files) {
        const bytes = readFileSync(path)
        const data = bytes.indexOf('data')
        expect(await readAudio({path}), path).toHaveLength(bytes.readUInt32LE(data + 4) / 2)
      }
    })

    it('are decoded from FLAC', async () => {
      const audio = await readAudio({path: join(speechFolder, 'librispeech-84-121550-0000.flac')})
      expect(audio.length / 16_000).toBeCloseTo(8.4, 0)
      expect(rms(audio)).toBeGreaterThan(0.02)
    })
  },
)
