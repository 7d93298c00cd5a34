import {loadFfmpeg} from '@essence/core/audio/ffmpeg'
import {monoLayout, Resampler} from '@essence/core/audio/resample'

/** Brings one sound to another rate, piece by piece, without a seam between them. */
export class RateChange implements Disposable {
  readonly #from: number
  readonly #to: number
  #resampler: Resampler | undefined

  /** Hz */
  constructor(from: number, to: number) {
    this.#from = from
    this.#to = to
  }

  /** @param pcm mono −1..1 @returns what is ready of it @throws ENGINE_UNAVAILABLE */
  async push(pcm: Float32Array): Promise<Float32Array> {
    if (this.#from === this.#to || pcm.length === 0) return pcm
    this.#resampler ??= await this.#open()
    return this.#resampler.push([Buffer.from(pcm.buffer, pcm.byteOffset, pcm.byteLength)], pcm.length)
  }

  /** The last few ms; what is pushed after them is another sound. */
  async flush(): Promise<Float32Array> {
    using resampler = this.#resampler
    this.#resampler = undefined
    return (await resampler?.flush()) ?? new Float32Array()
  }

  async #open(): Promise<Resampler> {
    const ffmpeg = await loadFfmpeg()
    const shape = {sampleRate: this.#from, sampleFormat: ffmpeg.AV_SAMPLE_FMT_FLT, layout: monoLayout(ffmpeg)}
    return new Resampler(ffmpeg, shape, this.#to)
  }

  [Symbol.dispose](): void {
    this.#resampler?.[Symbol.dispose]()
    this.#resampler = undefined
  }
}
