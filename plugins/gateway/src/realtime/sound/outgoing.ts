import type {PcmChunk} from '@essence/core/audio/pcm'
import {bytesPerSample, encodeSound, rateOf, type SoundFormat} from './format.ts'
import {RateChange} from './rate-change.ts'

/** The sound of one answer, as the client hears it. */
export class OutgoingSound implements Disposable {
  readonly #format: SoundFormat
  #change: {rate: number; change: RateChange} | undefined
  #bytes = 0

  constructor(format: SoundFormat) {
    this.#format = format
  }

  /** ms that were written. */
  get writtenMs(): number {
    return (this.#bytes / bytesPerSample(this.#format) / rateOf(this.#format)) * 1000
  }

  /** @returns in base64; empty where nothing is ready yet */
  async write({pcm, sampleRate}: PcmChunk): Promise<string> {
    const before = this.#change && this.#change.rate !== sampleRate ? await this.end() : ''
    this.#change ??= {rate: sampleRate, change: new RateChange(sampleRate, rateOf(this.#format))}
    return before + this.#encoded(await this.#change.change.push(pcm))
  }

  /** What the filter holds still. */
  async end(): Promise<string> {
    const rest = await this.#change?.change.flush()
    this.#change = undefined
    return rest ? this.#encoded(rest) : ''
  }

  #encoded(pcm: Float32Array): string {
    const bytes = encodeSound(pcm, this.#format)
    this.#bytes += bytes.length
    return bytes.toString('base64')
  }

  [Symbol.dispose](): void {
    this.#change?.change[Symbol.dispose]()
  }
}
