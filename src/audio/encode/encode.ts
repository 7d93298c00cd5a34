import {randomBytes} from 'node:crypto'
import {EssenceError} from '../../kit/errors.ts'
import {startingWith} from '../../kit/flow/iterate.ts'
import {loadFfmpeg} from '../ffmpeg.ts'
import type {PcmChunk} from '../pcm.ts'
import {adtsHeader} from './adts.ts'
import {
  aacRates,
  checkBitrate,
  checkRate,
  type EncodedFormat,
  maxFlacRate,
  mp3Rates,
  opusRate,
} from './encoded-rates.ts'
import {Encoder, type EncoderSetup} from './encoder.ts'
import {flacHead} from './flac.ts'
import {OggOpusWriter} from './ogg.ts'
import {resampledStream} from './resampled-stream.ts'
import {wavHeader, wavHeaderBytes, wavStream} from './wav.ts'

export type {EncodedFormat} from './encoded-rates.ts'

export interface EncodeOptions {
  /**
   * Bits a second: 6000 to 256000 for `ogg` and `aac`, default 48000 and 64000; one that its sample rate has for `mp3`, default
   * 64000. `wav` and `flac` have none.
   */
  bitrate?: number | undefined
  /**
   * Hz of what is written. Default: 48000 for `ogg`, the nearest that MP3 or AAC has, and the sound's own for `wav` and `flac`.
   * Opus has 8000, 12000, 16000, 24000 and 48000, MP3 those and 11025, 22050, 32000, 44100; AAC also 64000, 88200 and 96000.
   */
  sampleRate?: number | undefined
  /** Aborting ends the encoding; iteration then throws CANCELLED. */
  signal?: AbortSignal | undefined
}

interface Recipe extends Omit<EncoderSetup, 'sampleRate'> {
  /** The rate to encode at, in Hz, for sound of a given rate. */
  rateFor: (rate: number) => number
  write: (
    encoder: Encoder,
    sound: AsyncIterable<PcmChunk>,
    signal: AbortSignal | undefined,
  ) => AsyncIterable<Uint8Array>
}

async function* writeOgg(
  encoder: Encoder,
  sound: AsyncIterable<PcmChunk>,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const writer = new OggOpusWriter(encoder.header, randomBytes(4).readUInt32LE())
  yield writer.header()
  for await (const packet of packetsOf(encoder, sound, signal)) {
    const page = writer.push(packet)
    if (page) yield page
  }
  yield writer.end(Math.round((encoder.samples * opusRate) / encoder.sampleRate))
}

async function* writeAdts(
  encoder: Encoder,
  sound: AsyncIterable<PcmChunk>,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  for await (const packet of packetsOf(encoder, sound, signal)) {
    yield Buffer.concat([adtsHeader(packet.length, encoder.sampleRate), packet])
  }
}

async function* writeFlac(
  encoder: Encoder,
  sound: AsyncIterable<PcmChunk>,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  yield flacHead(encoder.header)
  yield* packetsOf(encoder, sound, signal)
}

async function* packetsOf(
  encoder: Encoder,
  sound: AsyncIterable<PcmChunk>,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  for await (const {pcm} of sound) yield* encoder.push(pcm, signal)
  yield* encoder.flush()
}

const recipes: Record<Exclude<EncodedFormat, 'wav'>, Recipe> = {
  ogg: {
    codec: 'libopus',
    sampleFormat: 'AV_SAMPLE_FMT_FLT',
    // Free VBR spends half as much again on tones; the size of a voice note should be known from its length.
    options: {application: 'voip', frame_duration: '20', vbr: 'constrained'},
    bitrate: 48_000,
    rateFor: () => opusRate,
    write: writeOgg,
  },
  mp3: {
    codec: 'libmp3lame',
    sampleFormat: 'AV_SAMPLE_FMT_FLTP',
    options: {},
    bitrate: 64_000,
    rateFor: rate => mp3Rates.find(known => known >= rate) ?? 48_000,
    // An MP3 file is its packets, one after the other.
    write: packetsOf,
  },
  aac: {
    codec: 'aac',
    sampleFormat: 'AV_SAMPLE_FMT_FLTP',
    options: {},
    bitrate: 64_000,
    rateFor: rate => aacRates.findLast(known => known >= rate) ?? 96_000,
    write: writeAdts,
  },
  flac: {
    codec: 'flac',
    sampleFormat: 'AV_SAMPLE_FMT_S16',
    options: {},
    rateFor: rate => Math.min(rate, maxFlacRate),
    write: writeFlac,
  },
}

/**
 * Encodes sound as it comes, and hands on the file's bytes as they come. Chunks of another rate than the first's are
 * resampled; samples beyond −1..1 are clipped. A streamed `wav` states no sizes (0xFFFFFFFF, "until the end"): use
 * `encodeToBytes` for a file. A source without a sample is an error, not an empty file: no messenger takes one.
 * @throws AUDIO_EMPTY, USAGE (bitrate, sample rate, a chunk's sample rate), ENGINE_UNAVAILABLE, ENGINE_FAILED, CANCELLED, and what
 * the chunks' source throws
 */
export async function* encodeAudio(
  chunks: AsyncIterable<PcmChunk>,
  format: EncodedFormat,
  options: EncodeOptions = {},
): AsyncGenerator<Uint8Array> {
  const {bitrate, sampleRate} = options
  if (sampleRate !== undefined) checkRate(format, sampleRate)
  if (bitrate !== undefined) checkBitrate(format, bitrate, sampleRate)
  let empty = true
  for await (const bytes of encoded(chunks, format, options)) {
    empty = false
    yield bytes
  }
  if (empty) throw new EssenceError('AUDIO_EMPTY', 'There is no sound to encode.')
}

async function* encoded(
  chunks: AsyncIterable<PcmChunk>,
  format: EncodedFormat,
  {bitrate, sampleRate, signal}: EncodeOptions,
): AsyncGenerator<Uint8Array> {
  if (format === 'wav') return yield* wavStream(resampledStream(chunks, rate => sampleRate ?? rate, signal))
  const recipe = recipes[format]
  const sound = resampledStream(chunks, rate => sampleRate ?? recipe.rateFor(rate), signal)
  const first = await sound.next()
  if (first.done) return
  const setup = {...recipe, sampleRate: first.value.sampleRate, bitrate: bitrate ?? recipe.bitrate}
  try {
    if (setup.bitrate !== undefined) checkBitrate(format, setup.bitrate, setup.sampleRate)
    using encoder = await Encoder.open(await loadFfmpeg(), setup)
    yield* recipe.write(encoder, startingWith(first.value, sound), signal)
  } finally {
    await sound.return(undefined)
  }
}

/** Encodes sound to a whole file in memory, see `encodeAudio`; a `wav` states its sizes. */
export const encodeToBytes = async (
  chunks: AsyncIterable<PcmChunk>,
  format: EncodedFormat,
  options: EncodeOptions = {},
): Promise<Uint8Array> => {
  const parts: Uint8Array[] = []
  for await (const part of encodeAudio(chunks, format, options)) parts.push(part)
  const whole = new Uint8Array(Buffer.concat(parts))
  if (format === 'wav') {
    const sampleRate = new DataView(whole.buffer).getUint32(24, true)
    whole.set(wavHeader(sampleRate, whole.length - wavHeaderBytes))
  }
  return whole
}
