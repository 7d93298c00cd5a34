import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {readAudio} from '@essence/core/audio/decode/decode'
import {peak} from '@essence/core/audio/dsp/levels'
import {type EncodedFormat, type EncodeOptions, encodeAudio, encodeToBytes} from '@essence/core/audio/encode/encode'
import type {PcmChunk} from '@essence/core/audio/pcm'
import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {temporaryFolder} from '../../temporary-folder.ts'
import {rms} from '../meters.ts'
import {chunked, noise, pitchOf, sine} from '../sounds.ts'
import {has, run} from '../witness.ts'

const folder = temporaryFolder()

const formats: EncodedFormat[] = ['ogg', 'wav', 'mp3', 'aac', 'flac']

const of = async function* (...chunks: PcmChunk[]): AsyncGenerator<PcmChunk> {
  yield* chunks
}

describe.each(formats)('%s', format => {
  it('keeps the sound', async () => {
    const audio = await readAudio({bytes: await encodeToBytes(chunked(sine(440, 3, 24_000), 24_000), format)})
    expect(Math.abs(pitchOf(audio.subarray(8000, 40_000)) - 440)).toBeLessThan(2)
    expect(rms(audio.subarray(8000, 40_000)) * Math.SQRT2).toBeCloseTo(0.5, 1)
  })

  it('brings chunks of other rates to one', async () => {
    const rates = [24_000, 8000, 44_100, 44_100, 24_000]
    const chunks = of(...rates.map(sampleRate => ({pcm: sine(440, 1, sampleRate), sampleRate})))
    const audio = await readAudio({bytes: await encodeToBytes(chunks, format)})
    expect(audio.length / 16_000).toBeGreaterThan(4.99)
    expect(audio.length / 16_000).toBeLessThan(5.12)
    for (let second = 0; second < 5; second++) {
      const middle = audio.subarray(second * 16_000 + 4000, second * 16_000 + 12_000)
      expect(Math.abs(pitchOf(middle) - 440)).toBeLessThan(5)
    }
  })

  it('clips what is out of range, and leaves the chunk as it was', async () => {
    const pcm = Float32Array.from({length: 16_000}, (_, i) => [Number.NaN, 9, -9, Number.NEGATIVE_INFINITY][i % 4] ?? 0)
    const audio = await readAudio({bytes: await encodeToBytes(of({pcm, sampleRate: 16_000}), format)})
    expect(peak(audio)).toBeLessThanOrEqual(1)
    expect([...pcm.subarray(1, 4)]).toEqual([9, -9, Number.NEGATIVE_INFINITY])
  })

  it('of nothing is an error', async () => {
    await expect(encodeToBytes(of(), format)).rejects.toMatchObject({code: 'AUDIO_EMPTY'})
    const empty = {pcm: new Float32Array(), sampleRate: 16_000}
    await expect(encodeToBytes(of(empty, empty), format)).rejects.toMatchObject({code: 'AUDIO_EMPTY'})
  })

  it('hands on bytes while the sound still comes', async () => {
    let given = 0
    const slow = async function* () {
      for (; given < 100; given++) yield {pcm: noise(4800, 0.1), sampleRate: 16_000}
    }
    for await (const bytes of encodeAudio(slow(), format)) {
      expect(bytes.length).toBeGreaterThan(0)
      if (given >= 4) break
    }
    expect(given).toBeLessThan(8)
  })

  it('stops when cancelled, also while it waits', async () => {
    const cancel = new AbortController()
    const stuck = async function* () {
      yield {pcm: noise(48_000, 0.1), sampleRate: 16_000}
      cancel.abort()
      await new Promise(() => {})
    }
    await expect(encodeToBytes(stuck(), format, {signal: cancel.signal})).rejects.toMatchObject({code: 'CANCELLED'})
  })

  it('tells its source when nobody listens any more, and passes on its error', async () => {
    let told = false
    const source = async function* () {
      try {
        for (;;) yield {pcm: noise(16_000, 0.1), sampleRate: 16_000}
      } finally {
        told = true
      }
    }
    for await (const _ of encodeAudio(source(), format)) break
    expect(told).toBe(true)
    const failing = async function* (): AsyncGenerator<PcmChunk> {
      yield {pcm: noise(16_000, 0.1), sampleRate: 16_000}
      throw new Error('the voice broke')
    }
    await expect(encodeToBytes(failing(), format)).rejects.toThrow('the voice broke')
  })

  it.each([0, 1, -16_000, 16_000.5, Number.NaN, 1e9])('refuses a chunk at %d Hz', async sampleRate => {
    await expect(encodeToBytes(of({pcm: noise(10, 1), sampleRate}), format)).rejects.toMatchObject({code: 'USAGE'})
  })
})

describe('lengths', () => {
  it('OGG, WAV and FLAC hold as many samples as went in, however they were cut', async () => {
    const lengths = fc.array(fc.integer({min: 0, max: 5000}), {minLength: 1, maxLength: 8})
    await fc.assert(
      fc.asyncProperty(
        lengths,
        fc.constantFrom('ogg' as const, 'wav' as const, 'flac' as const),
        async (cuts, format) => {
          const total = cuts.reduce((sum, cut) => sum + cut, 0)
          fc.pre(total > 0)
          const chunks = cuts.map(cut => ({pcm: noise(cut, 0.2, cut), sampleRate: 48_000}))
          const audio = await readAudio({bytes: await encodeToBytes(of(...chunks), format)}, {sampleRate: 48_000})
          expect(audio).toHaveLength(total)
        },
      ),
      {numRuns: 60},
    )
  })
})

describe('WAV', () => {
  it('is exact to half a step of 16 bits', async () => {
    const pcm = noise(16_000, 1)
    const audio = await readAudio({bytes: await encodeToBytes(of({pcm, sampleRate: 16_000}), 'wav')})
    // −32767..32767 is written, and read as parts of 32768.
    expect(Math.max(...audio.map((sample, i) => Math.abs(sample - (pcm[i] ?? 0))))).toBeLessThan(
      1 / 32_768 + 1 / 65_535,
    )
  })

  it('states its sizes when it is whole, and none as a stream', async () => {
    const whole = Buffer.from(await encodeToBytes(of({pcm: noise(100, 1), sampleRate: 8000}), 'wav'))
    expect([whole.readUInt32LE(4), whole.readUInt32LE(40), whole.length]).toEqual([236, 200, 244])
    const {value: header} = await encodeAudio(of({pcm: noise(100, 1), sampleRate: 8000}), 'wav').next()
    expect([Buffer.from(header).readUInt32LE(4), Buffer.from(header).readUInt32LE(40)]).toEqual([
      2 ** 32 - 1,
      2 ** 32 - 1,
    ])
  })
})

describe('FLAC', () => {
  it('is exact to half a step of 16 bits, and ffmpeg finds no fault in it', async () => {
    const pcm = noise(24_000, 1)
    const bytes = await encodeToBytes(of({pcm, sampleRate: 24_000}), 'flac')
    const audio = await readAudio({bytes}, {sampleRate: 24_000})
    expect(Math.max(...audio.map((sample, i) => Math.abs(sample - (pcm[i] ?? 0))))).toBeLessThan(
      1 / 32_768 + 1 / 65_535,
    )
    if (!has('ffmpeg')) return
    const path = join(folder, 'exact.flac')
    writeFileSync(path, bytes)
    expect(run('ffmpeg', ['-v', 'error', '-xerror', '-i', path, '-f', 'null', '-'])).toBe('')
  })
})

describe('bitrate', () => {
  const sizeAt = async (format: EncodedFormat, options: EncodeOptions): Promise<number> =>
    (await encodeToBytes(chunked(noise(48_000 * 4, 0.2), 48_000), format, options)).length

  it('is what was asked for', async () => {
    for (const format of ['ogg', 'mp3', 'aac'] as const) {
      for (const bitrate of [32_000, 64_000]) {
        const size = (await sizeAt(format, {bitrate})) * 8
        expect(size / 4 / bitrate, `${format} ${bitrate}`).toBeGreaterThan(0.8)
        expect(size / 4 / bitrate, `${format} ${bitrate}`).toBeLessThan(1.2)
      }
    }
  })

  it.each([0, 5999, 256_001, 48_000.5, Number.NaN])('of %d is refused', async bitrate => {
    await expect(sizeAt('ogg', {bitrate})).rejects.toMatchObject({code: 'USAGE'})
    await expect(sizeAt('mp3', {bitrate})).rejects.toMatchObject({code: 'USAGE'})
  })

  /** kbit/s that the first frame of an MP3 says (ISO 11172-3 and 13818-3, layer III). */
  const saidBy = (mp3: Uint8Array): number => {
    const [version, index] = [((mp3[1] ?? 0) >> 3) & 3, (mp3[2] ?? 0) >> 4]
    const first = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
    const second = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]
    return (version === 3 ? first : second)[index] ?? 0
  }
  const mp3At = (sampleRate: number, bitrate: number) =>
    encodeToBytes(of({pcm: noise(sampleRate, 0.2), sampleRate}), 'mp3', {sampleRate, bitrate})

  it.each([8000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000])(
    'of MP3 at %i Hz is what was asked for, or refused with the nearest there is',
    async sampleRate => {
      const allowed: number[] = []
      for (let kilo = 8; kilo <= 328; kilo += 8) {
        try {
          expect(saidBy(await mp3At(sampleRate, kilo * 1000))).toBe(kilo)
          allowed.push(kilo * 1000)
        } catch (error) {
          expect(error).toMatchObject({code: 'USAGE'})
          const near = Number(/nearest it has is (\d+)/.exec((error as Error).message)?.[1])
          expect(saidBy(await mp3At(sampleRate, near))).toBe(near / 1000)
          expect(near).not.toBe(kilo * 1000)
        }
      }
      expect(allowed).toContain(64_000)
      expect(allowed.length).toBeGreaterThanOrEqual(8)
    },
  )

  it('of MP3 that would be rounded is refused, also where only the sound says its rate', async () => {
    const refused = 'MP3 of 24000 Hz cannot have 256000 bits a second; the nearest it has is 160000.'
    await expect(mp3At(24_000, 256_000)).rejects.toMatchObject({code: 'USAGE', message: refused})
    await expect(mp3At(24_000, 100_000)).rejects.toThrow('nearest it has is 96000')
    const sound = chunked(noise(24_000, 0.2), 24_000)
    await expect(encodeToBytes(sound, 'mp3', {bitrate: 256_000})).rejects.toThrow(refused)
  })

  it.each(['wav', 'flac'] as const)('of %s is refused: it has none', async format => {
    await expect(sizeAt(format, {bitrate: 64_000})).rejects.toMatchObject({code: 'USAGE'})
  })
})

describe.skipIf(!has('ffprobe'))(`what ffprobe sees${has('ffprobe') ? '' : ' (missing: ffprobe)'}`, () => {
  it.each([
    ['ogg', {codec_name: 'opus', sample_rate: '48000', channels: 1}],
    ['wav', {codec_name: 'pcm_s16le', sample_rate: '22050', channels: 1}],
    ['mp3', {codec_name: 'mp3', sample_rate: '22050', channels: 1}],
    ['aac', {codec_name: 'aac', profile: 'LC', sample_rate: '22050', channels: 1}],
  ] as const)('%s', async (format, stream) => {
    const path = join(folder, `seen.${format}`)
    writeFileSync(path, await encodeToBytes(chunked(sine(440, 2, 22_050), 22_050), format))
    const found = JSON.parse(run('ffprobe', ['-v', 'error', '-show_streams', '-show_format', '-of', 'json', path]))
    expect(found.streams).toMatchObject([stream])
    expect(Math.abs(Number(found.format.duration) - 2)).toBeLessThan(0.12)
  })
})

describe.skipIf(!has('opusinfo', '-h'))(
  `what opusinfo sees${has('opusinfo', '-h') ? '' : ' (missing: opusinfo)'}`,
  () => {
    it('a voice note without a warning: mono, 20 ms packets, 200 ms pages', async () => {
      const path = join(folder, 'note.ogg')
      writeFileSync(path, await encodeToBytes(chunked(noise(24_000 * 3 + 77, 0.3), 24_000), 'ogg'))
      const report = run('opusinfo', [path])
      expect(report).not.toMatch(/warning|error|invalid|corrupt/i)
      expect(report).toMatch(/Channels: 1\n/)
      expect(report).toMatch(/Packet duration: +20\.0ms \(max\)/)
      expect(report).toMatch(/Page duration: +200\.0ms \(max\)/)
      expect(report).toMatch(/Playback length: 0m:03\.003s/)
    })
  },
)
