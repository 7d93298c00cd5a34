import {EssenceError, throwIfCancelled} from '../../kit/errors.ts'
import {concatSamples} from '../pcm.ts'
import {isSampleRate, sampleRates} from '../resample.ts'
import type {AudioSource} from '../source.ts'
import {openInput, pathOf} from './input.ts'
import {readPlainWav} from './plain-wav.ts'
import {decodeInProcess} from './process/decode-in-process.ts'
import {pieceMs} from './process/decode-input.ts'

export interface DecodeOptions {
  /** Hz of what comes out. Default 16000, what speech recognisers take. */
  sampleRate?: number | undefined
  /** Longest sound accepted, in ms, as decoded: a header's claim counts for nothing. Default: no limit. */
  maxDurationMs?: number | undefined
  /** Largest source accepted, in bytes. Default: no limit; for a stream 1 GiB. */
  maxBytes?: number | undefined
  /** Aborting ends the decoding; iteration then throws CANCELLED. */
  signal?: AbortSignal | undefined
}

/**
 * Decodes sound of any usual container and codec to mono samples, −1..1, piece by piece in constant memory; several
 * channels are mixed, of a video only the sound is used. A file that is cut off or damaged gives what can be heard of it.
 * Decoded in a process of its own, which is ended where that takes too long, or the signal aborts; but for a short WAV that is already as
 * it is to be.
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
  const plain = await readPlainWav(input, {sampleRate, maxDurationMs})
  if (plain) {
    const size = (sampleRate * pieceMs) / 1000
    for (let at = 0; at < plain.length; at += size) {
      throwIfCancelled(signal)
      yield plain.subarray(at, at + size)
    }
    return
  }
  const {name, size} = input
  yield* decodeInProcess({type: 'file', path: pathOf(input), name, size, sampleRate, maxDurationMs}, {signal})
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
