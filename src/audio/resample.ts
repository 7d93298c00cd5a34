import type {ChannelLayout} from 'node-av/lib'
import {EssenceError} from '../kit/errors.ts'
import type {Ffmpeg} from './ffmpeg.ts'

/** Rates of sound people send, in Hz. Beyond them a header lies, and a rate of 1 Hz would make one byte a second of sound. */
export const sampleRates = {min: 1000, max: 768_000}

export const isSampleRate = (rate: number): boolean =>
  Number.isInteger(rate) && rate >= sampleRates.min && rate <= sampleRates.max

/**
 * A sample rate that a person typed, in Hz.
 * @throws USAGE, naming the flag
 */
export const sampleRateOf = (flag: string, text: string): number => {
  const rate = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (isSampleRate(rate)) return rate
  throw new EssenceError(
    'USAGE',
    `${flag} is "${text}"; expected Hz, ${sampleRates.min} to ${sampleRates.max}, as 16000.`,
  )
}

/** How samples lie in memory: FFmpeg's sample format (AV_SAMPLE_FMT_*), Hz and channels. */
export interface PcmShape {
  sampleRate: number
  sampleFormat: Parameters<InstanceType<Ffmpeg['SoftwareResampleContext']>['allocSetOpts2']>[4]
  layout: ChannelLayout
}

/** More samples than this in one call are worked on off the event loop. */
const fewSamples = 8192

/** One channel, or two, each with its own samples in turn. */
export type OutChannels = 1 | 2

export const monoLayout = (ffmpeg: Ffmpeg): ChannelLayout => layoutOf(ffmpeg, 1)

const layoutOf = (ffmpeg: Ffmpeg, channels: OutChannels): ChannelLayout => ({
  nbChannels: channels,
  order: ffmpeg.AV_CHANNEL_ORDER_NATIVE,
  // Front centre; front left and right.
  mask: channels === 1 ? 4n : 3n,
})

/** Turns samples of any shape into floats, mono if not said otherwise, at another rate (libswresample). Free it with `using` or `[Symbol.dispose]`. */
export class Resampler implements Disposable {
  readonly #swr: InstanceType<Ffmpeg['SoftwareResampleContext']>
  readonly #channels: OutChannels

  /** @throws AUDIO_UNREADABLE for a rate or a number of channels that no sound has */
  constructor(ffmpeg: Ffmpeg, from: PcmShape, toRate: number, channels: OutChannels = 1) {
    const {nbChannels} = from.layout
    if (!isSampleRate(from.sampleRate) || !(nbChannels >= 1 && nbChannels <= 64)) {
      const expected = `1 to 64 channels at ${sampleRates.min} to ${sampleRates.max} Hz`
      const found = `${nbChannels} channels at ${from.sampleRate} Hz`
      throw new EssenceError('AUDIO_UNREADABLE', `The audio claims ${found}; expected ${expected}.`)
    }
    this.#channels = channels
    this.#swr = new ffmpeg.SoftwareResampleContext()
    try {
      let code = this.#configure(ffmpeg, from, toRate)
      // No rule how to mix these channels: take their mean.
      if (code < 0) code = this.#configure(ffmpeg, from, toRate, new Array<number>(nbChannels).fill(1 / nbChannels))
      if (code < 0) {
        const cause = new ffmpeg.FFmpegError(code)
        throw new EssenceError('AUDIO_UNREADABLE', `Audio of ${nbChannels} channels cannot be mixed to mono.`, {cause})
      }
    } catch (error) {
      this.#swr.free()
      throw error
    }
  }

  #configure(ffmpeg: Ffmpeg, {layout, sampleFormat, sampleRate}: PcmShape, toRate: number, matrix?: number[]): number {
    // A custom order carries a map that this binding does not hand on: only the number of channels is safe to use.
    const known = layout.order === ffmpeg.AV_CHANNEL_ORDER_NATIVE
    const from = known ? layout : {nbChannels: layout.nbChannels, order: ffmpeg.AV_CHANNEL_ORDER_UNSPEC, mask: 0n}
    const swr = this.#swr
    swr.free()
    const set = swr.allocSetOpts2(
      layoutOf(ffmpeg, this.#channels),
      ffmpeg.AV_SAMPLE_FMT_FLT,
      toRate,
      from,
      sampleFormat,
      sampleRate,
    )
    if (set < 0) return set
    // Without it two equal channels add up to 1.41 of their level, and clip.
    swr.setOption('rematrix_maxval', '1')
    if (matrix) swr.setMatrix(matrix, matrix.length)
    return swr.init()
  }

  /** @param planes one buffer for each channel of a planar format, else one; `samples` is per channel */
  async push(planes: Buffer[] | null, samples: number): Promise<Float32Array> {
    const room = this.#swr.getOutSamples(samples)
    if (!(room > 0)) return new Float32Array()
    const out = new Float32Array(room * this.#channels)
    const outPlanes = [Buffer.from(out.buffer)]
    const got =
      samples > fewSamples
        ? await this.#swr.convert(outPlanes, room, planes, samples)
        : this.#swr.convertSync(outPlanes, room, planes, samples)
    return out.subarray(0, Math.max(got, 0) * this.#channels)
  }

  /** At once, on the event loop: for a few ms of mono sound that was made as floats. */
  pushShort(pcm: Float32Array): Float32Array {
    const room = this.#swr.getOutSamples(pcm.length)
    const out = new Float32Array(Math.max(0, room) * this.#channels)
    const planes = [Buffer.from(pcm.buffer, pcm.byteOffset, pcm.byteLength)]
    const got = this.#swr.convertSync([Buffer.from(out.buffer)], room, planes, pcm.length)
    return out.subarray(0, Math.max(got, 0) * this.#channels)
  }

  /** What the filter still holds: the last few ms. */
  flush(): Promise<Float32Array> {
    return this.push(null, 0)
  }

  [Symbol.dispose](): void {
    this.#swr.free()
  }
}
