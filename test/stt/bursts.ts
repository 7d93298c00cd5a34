import {noise} from '../audio/sounds.ts'

/** Noise that comes and goes as syllables do, with a pause every second: a recogniser takes it for speech. */
export const bursts = (seconds: number): Float32Array =>
  noise(Math.round(seconds * 16_000), 0.3).map((sample, i) => {
    const second = (i / 16_000) % 1
    const loud = second < 0.7 ? 0.5 - 0.5 * Math.cos(2 * Math.PI * 3 * second) : 0.002
    return sample * loud
  })
