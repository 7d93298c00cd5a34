import {seededRandom} from '@essence/core/kit/random'

/** The same clip with white noise 10 dB below it. */
export const noisy = (clip: Float32Array): Float32Array => {
  const power = clip.reduce((sum, sample) => sum + sample ** 2, 0) / clip.length
  const random = seededRandom(clip.length)
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  return clip.map(sample => Math.max(-1, Math.min(1, sample + Math.sqrt(power / 10) * normal())))
}
