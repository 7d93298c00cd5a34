import {EssenceError} from '../../kit/errors.ts'
import {loadFfmpeg} from '../ffmpeg.ts'
import {clampSamples} from '../pcm.ts'
import {isSampleRate, sampleRates} from '../resample.ts'
import type {ByteQueue} from './byte-queue.ts'
import {MonoResampler} from './mono-resampler.ts'

/** Raw PCM, little endian, channels interleaved: `s16` is 16-bit integers, `f32` floats. */
export interface RawPcm {
  /** Hz. */
  sampleRate: number
  /** Default 1. */
  channels?: number
  /** Default `s16`. */
  samples?: 'u8' | 's16' | 's32' | 'f32'
}

const sampleBytes = {u8: 1, s16: 2, s32: 4, f32: 4}

/** Taken at once at most, in bytes. */
const takenBytes = 64 * 1024

/**
 * Raw PCM as mono samples, −1..1, at another rate, as it comes. A sample that is cut off at the end is left out.
 * @param limit bytes to read; what follows is no sound. Default: to the end
 * @throws USAGE (a rate or a number of channels no sound has), ENGINE_UNAVAILABLE, and what the bytes' source throws
 */
export async function* decodePcm(
  bytes: ByteQueue,
  {sampleRate, channels = 1, samples = 's16'}: RawPcm,
  toRate: number,
  limit = Number.POSITIVE_INFINITY,
): AsyncGenerator<Float32Array> {
  checkShape(sampleRate, channels)
  const ffmpeg = await loadFfmpeg()
  const formats = {
    u8: ffmpeg.AV_SAMPLE_FMT_U8,
    s16: ffmpeg.AV_SAMPLE_FMT_S16,
    s32: ffmpeg.AV_SAMPLE_FMT_S32,
    f32: ffmpeg.AV_SAMPLE_FMT_FLT,
  }
  const layout = {nbChannels: channels, order: ffmpeg.AV_CHANNEL_ORDER_UNSPEC, mask: 0n}
  using resampler = new MonoResampler(ffmpeg, {sampleRate, sampleFormat: formats[samples], layout}, toRate)
  const frame = channels * sampleBytes[samples]
  let rest: Buffer = Buffer.alloc(0)
  for (let left = limit; left > 0; ) {
    const taken = await bytes.take(Math.min(takenBytes, left))
    if (taken.length === 0) break
    left -= taken.length
    const whole = Buffer.concat([rest, taken])
    const frames = Math.floor(whole.length / frame)
    rest = whole.subarray(frames * frame)
    const pcm = await resampler.push([whole.subarray(0, frames * frame)], frames)
    if (pcm.length > 0) yield clampSamples(pcm)
  }
  const last = await resampler.flush()
  if (last.length > 0) yield clampSamples(last)
}

const checkShape = (sampleRate: number, channels: number): void => {
  if (isSampleRate(sampleRate) && Number.isInteger(channels) && channels >= 1 && channels <= 64) return
  throw new EssenceError(
    'USAGE',
    `Raw PCM of ${channels} channels at ${sampleRate} Hz; expected 1 to 64 channels at ${sampleRates.min} to ${sampleRates.max} Hz.`,
  )
}
