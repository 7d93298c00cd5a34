import type {Ffmpeg} from '../ffmpeg.ts'
import {type PcmShape, Resampler} from '../resample.ts'
import {StereoMix} from './stereo-mix.ts'

/** Turns samples of any shape into mono at another rate; of two channels that would cancel each other one is heard. */
export class MonoResampler implements Disposable {
  readonly #resampler: Resampler
  readonly #stereo: StereoMix | undefined

  /** @throws AUDIO_UNREADABLE, as `Resampler` */
  constructor(ffmpeg: Ffmpeg, from: PcmShape, toRate: number) {
    const isStereo = from.layout.nbChannels === 2
    this.#resampler = new Resampler(ffmpeg, from, toRate, isStereo ? 2 : 1)
    this.#stereo = isStereo ? new StereoMix(toRate) : undefined
  }

  /** @param planes one buffer for each channel of a planar format, else one; `samples` is per channel */
  async push(planes: Buffer[] | null, samples: number): Promise<Float32Array> {
    return this.#mixed(await this.#resampler.push(planes, samples))
  }

  async flush(): Promise<Float32Array> {
    return this.#mixed(await this.#resampler.flush())
  }

  #mixed(samples: Float32Array): Float32Array {
    return this.#stereo?.mix(samples) ?? samples
  }

  [Symbol.dispose](): void {
    this.#resampler[Symbol.dispose]()
  }
}
