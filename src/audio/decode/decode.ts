import {EssenceError, throwIfCancelled} from '../../kit/errors.ts'
import {loadFfmpeg} from '../ffmpeg.ts'
import {clampSamples, concatSamples, Framer} from '../pcm.ts'
import {isSampleRate, sampleRates} from '../resample.ts'
import type {AudioSource} from '../source.ts'
import {openContainer} from './container.ts'
import {type AudioInput, openInput} from './input.ts'
import {monoFrames} from './mono.ts'
import {decodeTrack, type TrackCounts} from './track.ts'

export interface DecodeOptions {
  /** Hz of what comes out. Default 16000, what speech recognisers take. */
  sampleRate?: number
  /** Longest sound accepted, in ms, as decoded: a header's claim counts for nothing. Default: no limit. */
  maxDurationMs?: number
  /** Largest source accepted, in bytes. Default: no limit; for a stream 1 GiB. */
  maxBytes?: number
  /** Aborting ends the decoding; iteration then throws CANCELLED. */
  signal?: AbortSignal
}

/** Length of the pieces that come out, in ms; the last one may be shorter. */
const pieceMs = 500

/**
 * Decodes sound of any usual container and codec to mono samples, −1..1, piece by piece in constant memory; several
 * channels are mixed, of a video only the sound is used. A file that is cut off or damaged gives what can be heard of it.
 * @throws INPUT_NOT_FOUND, AUDIO_EMPTY, AUDIO_UNREADABLE, AUDIO_TOO_LARGE, AUDIO_TOO_LONG (after the pieces up to the
 * limit), DISK_FULL (a long stream is kept in a temporary file), ENGINE_UNAVAILABLE, CANCELLED
 */
export async function* decodeAudio(source: AudioSource, options: DecodeOptions = {}): AsyncGenerator<Float32Array> {
  const {sampleRate = 16_000, maxDurationMs = Number.POSITIVE_INFINITY, maxBytes, signal} = options
  if (!isSampleRate(sampleRate)) {
    const expected = `${sampleRates.min} to ${sampleRates.max} Hz`
    throw new EssenceError('USAGE', `Cannot decode to a sample rate of ${sampleRate}; expected ${expected}.`)
  }
  throwIfCancelled(signal)
  await using input = await openInput(source, maxBytes, signal)
  const ffmpeg = await loadFfmpeg()
  await using container = await openContainer(ffmpeg, input)
  const counts: TrackCounts = {packets: 0, damaged: 0, ms: 0}
  const framer = new Framer((sampleRate * pieceMs) / 1000)
  const most = (sampleRate * maxDurationMs) / 1000
  let length = 0
  for await (const pcm of monoFrames(ffmpeg, decodeTrack(ffmpeg, container, input, counts, signal), sampleRate)) {
    length += pcm.length
    if (length > most) throw tooLong(input, maxDurationMs)
    yield* framer.push(clampSamples(pcm))
  }
  yield* framer.flush()
  if (length === 0) throw nothingHeard(input, counts)
}

/**
 * Decodes a whole source, see `decodeAudio`, into one array: 64 kB for each second at 16 kHz.
 * @param options default for `maxDurationMs` here: 4 hours, as a small file can unfold to more than memory holds
 */
export const readAudio = async (source: AudioSource, options: DecodeOptions = {}): Promise<Float32Array> => {
  const parts: Float32Array[] = []
  for await (const part of decodeAudio(source, {maxDurationMs: 4 * 3_600_000, ...options})) parts.push(part)
  return concatSamples(parts)
}

const tooLong = (input: AudioInput, maxDurationMs: number): EssenceError =>
  new EssenceError('AUDIO_TOO_LONG', `${input.name} lasts longer than ${maxDurationMs / 1000} s.`, {
    suggestions: ['Send a shorter piece.'],
  })

const nothingHeard = (input: AudioInput, {packets, damaged}: TrackCounts): EssenceError =>
  packets === 0
    ? new EssenceError('AUDIO_EMPTY', `${input.name} has no sound in it: a header, and then nothing.`)
    : new EssenceError(
        'AUDIO_UNREADABLE',
        `${input.name} could not be decoded: ${damaged} of ${packets} packets are damaged.`,
      )
