import type {FormatContext} from 'node-av/lib'
import {EssenceError, throwIfCancelled} from '../../kit/errors.ts'
import {untilAborted} from '../../kit/flow/until-aborted.ts'
import {type Ffmpeg, loadFfmpeg} from '../ffmpeg.ts'
import {clampSamples} from '../pcm.ts'
import {ByteQueue} from './byte-queue.ts'
import {demuxers} from './container.ts'
import {decodeAudio} from './decode.ts'
import {decodeOggOpus, isOggOpus} from './live-opus.ts'
import {monoFrames} from './mono.ts'
import {decodePcm, type RawPcm} from './raw-pcm.ts'
import {decodeTrack} from './track.ts'
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
  /**
   * Asked before FFmpeg takes a thread to wait in: gives what is called when the thread is free again, or undefined where none
   * is to be had; then the sound is decoded when it is complete. Default: there always is one.
   */
  takeThread?: () => (() => void) | undefined
}

/** What starts a container that is read, to tell raw PCM that is none. WAV, OGG, FLAC, Matroska, MP3 with a tag, MP4. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: Matroska begins with one.
const containerStart = /^(RIFF....WAVE|OggS|fLaC|\x1aE\xdf\xa3|ID3|....ftyp)/s

/**
 * Decodes sound while it arrives to mono samples, −1..1, in pieces as they come: for a microphone or a pipe, where
 * `decodeAudio` would wait for the end. Raw PCM, the usual WAV and Ogg/Opus hold nothing while they wait; for all else (also WAV
 * of rarer samples, and other codecs in Ogg) FFmpeg holds a thread of Node's pool (of four): for few streams at a time, see
 * `takeThread`. An MP4 with its index at the end cannot be read this way.
 * @throws USAGE (raw PCM was announced, a container came, or the other way round), AUDIO_EMPTY, AUDIO_UNREADABLE,
 * ENGINE_UNAVAILABLE, CANCELLED, what the source of the bytes throws, and without a thread what `decodeAudio` throws
 */
export async function* decodeLive(
  source: AsyncIterable<Uint8Array>,
  options: LiveOptions = {},
): AsyncGenerator<Float32Array> {
  const {raw, sampleRate = 16_000, name = 'The audio', signal, takeThread = () => () => {}} = options
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
      const giveBack = takeThread()
      if (!giveBack) return yield* decodeAudio({stream: bytes.rest()}, {sampleRate, ...(signal ? {signal} : {})})
      try {
        yield* decodeContainer(bytes, {sampleRate, name, signal})
      } finally {
        giveBack()
      }
    }
  } finally {
    await bytes.close()
  }
}

async function* decodeContainer(
  bytes: ByteQueue,
  {sampleRate, name, signal}: {sampleRate: number; name: string; signal: AbortSignal | undefined},
): AsyncGenerator<Float32Array> {
  const ffmpeg = await loadFfmpeg()
  let failure: unknown
  const read = (most: number): Promise<Buffer | number> =>
    bytes.take(most).then(
      taken => (taken.length > 0 ? taken : ffmpeg.AVERROR_EOF),
      (error: unknown) => {
        failure = error
        return ffmpeg.AVERROR_EXIT
      },
    )
  const format = new ffmpeg.FormatContext()
  const io = new ffmpeg.IOContext()
  try {
    if ((await open(ffmpeg, format, io, read)) < 0) throw failure ?? unreadable(name)
    const container = {format, [Symbol.asyncDispose]: async () => {}}
    const counts = {packets: 0, damaged: 0, ms: 0}
    let heard = false
    for await (const pcm of monoFrames(ffmpeg, decodeTrack(ffmpeg, container, {name}, counts, signal), sampleRate)) {
      heard ||= pcm.length > 0
      if (pcm.length > 0) yield clampSamples(pcm)
    }
    if (failure) throw failure
    if (!heard) throw unreadable(name)
    throwIfCancelled(signal)
  } finally {
    await format.closeInput()
    io.freeContext()
  }
}

/** As small a buffer as keeps what is said now from waiting for what is said next. */
const bufferBytes = 2048

const open = (
  ffmpeg: Ffmpeg,
  format: FormatContext,
  io: InstanceType<Ffmpeg['IOContext']>,
  read: (most: number) => Promise<Buffer | number>,
): Promise<number> => {
  io.allocContextWithCallbacks(bufferBytes, 0, read)
  format.allocContext()
  format.pb = io
  using options = ffmpeg.Dictionary.fromObject({protocol_whitelist: '', format_whitelist: demuxers.join(',')})
  return format.openInput('', null, options)
}

const notRaw = (name: string): EssenceError =>
  new EssenceError('USAGE', `${name} was said to be raw PCM, but it is a sound file, which says its own sample rate.`, {
    suggestions: ['Leave the sample rate out.'],
  })

const unreadable = (name: string): EssenceError =>
  new EssenceError('AUDIO_UNREADABLE', `${name} is not audio that can be read as it comes.`, {
    suggestions: [
      'Send WAV, OGG/Opus, WebM, FLAC or MP3; an MP4 whose index is at its end must be there as a whole.',
      'For raw PCM (16 bit, little endian, mono) say its sample rate.',
    ],
  })
