import {type EncodedFormat, encodeAudio} from '../../audio/encode/encode.ts'
import {checkBitrate} from '../../audio/encode/encoded-rates.ts'
import {resampledStream} from '../../audio/encode/resampled-stream.ts'
import {toPcm16} from '../../audio/pcm.ts'
import {EssenceError} from '../../kit/errors.ts'
import type {SynthesisConfig} from '../../rpc/generated/june/tts/tts.ts'
import type {PcmChunk} from '../port.ts'

/** How sound is sent. `opus` is in OGG; `pcm16` is raw, 16 bit, little endian, mono. */
type Encoding = 'pcm16' | 'opus' | 'mp3' | 'wav'

const names: Readonly<Record<string, Encoding>> = {
  '': 'pcm16',
  pcm16: 'pcm16',
  pcm: 'pcm16',
  opus: 'opus',
  ogg: 'opus',
  mp3: 'mp3',
  wav: 'wav',
}

const formats: Record<Exclude<Encoding, 'pcm16'>, EncodedFormat> = {opus: 'ogg', mp3: 'mp3', wav: 'wav'}

/** Opus is at its best at this rate, in Hz, and players expect it. */
const opusRate = 48_000

const rates = {min: 8000, max: 48_000}

export interface ResponseFormat {
  encoding: Encoding
  /** Hz. */
  sampleRate: number
  bitrate?: number | undefined
}

/**
 * How a request wants its sound.
 * @param defaultRate Hz where it does not say
 * @throws USAGE
 */
export const responseFormat = (config: SynthesisConfig | undefined, defaultRate: number): ResponseFormat => {
  const {encoding: asked = '', sampleRate: rate = 0, bitrate = 0} = config ?? {}
  const encoding = Object.hasOwn(names, asked.toLowerCase()) ? names[asked.toLowerCase()] : undefined
  if (!encoding) {
    throw new EssenceError('USAGE', `The encoding "${asked.slice(0, 40)}" is not known.`, {
      suggestions: ['Say one of pcm16, opus, mp3, wav.'],
    })
  }
  const sampleRate = rate === 0 ? (encoding === 'opus' ? opusRate : defaultRate) : rate
  if (!(sampleRate >= rates.min && sampleRate <= rates.max)) {
    const message = `A sample rate of ${sampleRate} Hz cannot be sent; expected ${rates.min} to ${rates.max}.`
    throw new EssenceError('USAGE', message)
  }
  if (bitrate === 0) return {encoding, sampleRate}
  checkBitrate(encoding === 'pcm16' ? 'wav' : formats[encoding], bitrate, sampleRate)
  return {encoding, sampleRate, bitrate}
}

/** Bytes to send, with their position in the speech. */
export interface EncodedBytes {
  bytes: Uint8Array
  /** ms of speech that precedes them: exact for `pcm16`, else what the encoder had taken. */
  atMs: number
}

/** Encodes speech as it is sent. @throws USAGE (a rate or bitrate the encoding has not), and what the chunks' source throws */
export async function* encodeResponse(
  chunks: AsyncIterable<PcmChunk>,
  {encoding, sampleRate, bitrate}: ResponseFormat,
  signal: AbortSignal,
): AsyncGenerator<EncodedBytes> {
  let atMs = 0
  if (encoding === 'pcm16') {
    for await (const {pcm} of resampledStream(chunks, () => sampleRate, signal)) {
      if (pcm.length === 0) continue
      yield {bytes: toPcm16(pcm), atMs}
      atMs += (1000 * pcm.length) / sampleRate
    }
    return
  }
  let takenMs = 0
  async function* counted(): AsyncGenerator<PcmChunk> {
    for await (const chunk of chunks) {
      yield chunk
      takenMs += (1000 * chunk.pcm.length) / chunk.sampleRate
    }
  }
  for await (const bytes of encodeAudio(counted(), formats[encoding], {sampleRate, signal, bitrate})) {
    yield {bytes, atMs}
    atMs = takenMs
  }
}
