import {type EncodedFormat, encodeAudio} from '@essence/core/audio/encode/encode'
import {resampledStream} from '@essence/core/audio/encode/resampled-stream'
import {type PcmChunk, toPcm16} from '@essence/core/audio/pcm'
import {EssenceError} from '@essence/core/kit/errors'

/** As OpenAI names them: `opus` in OGG, `aac` as ADTS, `pcm` without a header. */
export const speechFormats = ['mp3', 'opus', 'aac', 'flac', 'wav', 'pcm'] as const
export type SpeechFormat = (typeof speechFormats)[number]

export const mimeTypes: Readonly<Record<SpeechFormat, string>> = {
  mp3: 'audio/mpeg',
  opus: 'audio/ogg',
  aac: 'audio/aac',
  flac: 'audio/flac',
  wav: 'audio/wav',
  pcm: 'audio/pcm',
}

const encodings: Record<Exclude<SpeechFormat, 'pcm'>, EncodedFormat> = {
  mp3: 'mp3',
  opus: 'ogg',
  aac: 'aac',
  flac: 'flac',
  wav: 'wav',
}

/** Hz of `pcm`, which cannot say so itself; clients of OpenAI know it. */
const pcmRate = 24_000

/**
 * Speech in a format, as it is spoken.
 * @throws AUDIO_EMPTY (nothing in it could be spoken), CANCELLED, and what its source throws
 */
export async function* encodeSpeech(
  speech: AsyncIterable<PcmChunk>,
  format: SpeechFormat,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  if (format !== 'pcm') return yield* encodeAudio(speech, encodings[format], {signal})
  let isEmpty = true
  for await (const {pcm} of resampledStream(speech, () => pcmRate, signal)) {
    if (pcm.length === 0) continue
    isEmpty = false
    yield toPcm16(pcm)
  }
  if (isEmpty) throw new EssenceError('AUDIO_EMPTY', 'There is no sound to encode.')
}
