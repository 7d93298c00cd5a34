/** A mix with less than this of its channels' power is none: they are in opposite phase, and say nothing together. */
const opposite = 0.05
/** One with more than this is good again. */
const together = 0.2

/** Time in which a change of what is heard counts, in s: syllables, not samples. */
const memory = 0.5

/**
 * Mixes two channels to one: their mean, or, while they are in opposite phase and would cancel each other (a cable or a
 * microphone wired the wrong way round), the louder one. Uncorrelated channels keep half of their power in the mean.
 */
export class StereoMix {
  readonly #sampleRate: number
  #left = 0
  #right = 0
  #mean = 0
  #isOpposite = false

  /** @param sampleRate Hz */
  constructor(sampleRate: number) {
    this.#sampleRate = sampleRate
  }

  /** @param samples left and right in turn  @returns mono */
  mix(samples: Float32Array): Float32Array {
    const length = samples.length >> 1
    const mean = new Float32Array(length)
    let [left, right, both] = [0, 0, 0]
    for (let i = 0; i < length; i++) {
      const [l, r] = [samples[2 * i] as number, samples[2 * i + 1] as number]
      const m = (l + r) / 2
      mean[i] = m
      left += l * l
      right += r * r
      both += m * m
    }
    const kept = Math.exp(-length / (memory * this.#sampleRate))
    this.#left = this.#left * kept + left
    this.#right = this.#right * kept + right
    this.#mean = this.#mean * kept + both
    const share = (2 * this.#mean) / (this.#left + this.#right)
    const wasOpposite = this.#isOpposite
    this.#isOpposite = share < (wasOpposite ? together : opposite)
    if (!this.#isOpposite && !wasOpposite) return mean
    return this.#fade(mean, samples, wasOpposite)
  }

  /** From the channel to the mean or back within this piece, so that no step is heard. */
  #fade(mean: Float32Array, samples: Float32Array, wasOpposite: boolean): Float32Array {
    const channel = this.#left >= this.#right ? 0 : 1
    const [from, to] = [Number(wasOpposite), Number(this.#isOpposite)]
    const over = Math.min(mean.length, this.#sampleRate / 100)
    return mean.map((m, i) => {
      const weight = i < over ? from + ((to - from) * i) / over : to
      return m * (1 - weight) + (samples[2 * i + channel] as number) * weight
    })
  }
}
