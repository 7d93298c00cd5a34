import {EssenceError} from '../../kit/errors.ts'
import {untilAborted} from '../../kit/flow/until-aborted.ts'
import {ByteQueue} from './byte-queue.ts'
import {decodeAudio} from './decode.ts'
import {decodeOggOpus, isOggOpus} from './live-opus.ts'
import {decodeInProcess} from './process/decode-in-process.ts'
import {tryTakePlace} from './process/decoders.ts'
import {decodePcm, type RawPcm} from './raw-pcm.ts'
import {peekWavHead} from './wav-head.ts'

export interface LiveOptions {
  /** The bytes are raw PCM of this kind. Default: a container, which says what it holds. */
  raw?: RawPcm
  /** Hz of what comes out. Default 16000. */
  sampleRate?: number
  /** What messages call the sound. Default `The audio`. */
  name?: string
  /** Aborting ends the decoding at once; iteration then throws CANCELLED. */
  signal?: AbortSignal
}

/** What starts a container that is read, to tell raw PCM that is none. WAV, OGG, FLAC, Matroska, MP3 with a tag, MP4. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: Matroska begins with one.
const containerStart = /^(RIFF....WAVE|OggS|fLaC|\x1aE\xdf\xa3|ID3|....ftyp)/s

/**
 * Decodes sound while it arrives to mono samples, −1..1, in pieces as they come: for a microphone or a pipe, where
 * `decodeAudio` would wait for the end. Raw PCM, the usual WAV and Ogg/Opus are read here; for all else (also WAV of rarer samples,
 * and other codecs in Ogg) a decoder process waits with the stream. Where none is free, the sound is decoded once it is
 * complete. An MP4 with its index at the end cannot be read while it comes.
 * @throws USAGE (raw PCM was announced, a container came, or the other way round), AUDIO_EMPTY, AUDIO_UNREADABLE,
 * ENGINE_UNAVAILABLE, CANCELLED, what the source of the bytes throws, and where no decoder is free what `decodeAudio` throws
 */
export async function* decodeLive(
  source: AsyncIterable<Uint8Array>,
  options: LiveOptions = {},
): AsyncGenerator<Float32Array> {
  const {raw, sampleRate = 16_000, name = 'The audio', signal} = options
  const bytes = new ByteQueue(untilAborted(source, signal))
  try {
    const start = (await bytes.peek(12)).toString('latin1')
    if (start === '') throw new EssenceError('AUDIO_EMPTY', `${name} is empty (0 bytes).`)
    if (raw && containerStart.test(start)) throw notRaw(name)
    const wav = raw ? undefined : await peekWavHead(bytes)
    let heard = false
    for await (const pcm of pieces()) {
      heard = true
      yield pcm
    }
    if (!heard) throw new EssenceError('AUDIO_EMPTY', `${name} has no sound in it: a header, and then nothing.`)

    async function* pieces() {
      if (raw) return yield* decodePcm(bytes, raw, sampleRate)
      if (isOggOpus(await bytes.peek(36))) return yield* decodeOggOpus(bytes, sampleRate, name)
      if (!wav) return yield* container()
      await bytes.skip(wav.dataAt)
      yield* decodePcm(bytes, wav.format, sampleRate, wav.dataBytes)
    }
    async function* container() {
      const place = tryTakePlace()
      if (!place) return yield* decodeAudio({stream: bytes.rest()}, {sampleRate, signal})
      yield* decodeInProcess({type: 'stream', name, sampleRate}, {signal, bytes: max => bytes.take(max)}, place)
    }
  } finally {
    await bytes.close()
  }
}

const notRaw = (name: string): EssenceError =>
  new EssenceError('USAGE', `${name} was said to be raw PCM, but it is a sound file, which says its own sample rate.`, {
    suggestions: ['Leave the sample rate out.'],
  })
