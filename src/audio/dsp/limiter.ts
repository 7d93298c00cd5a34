import {type Cooperative, inChunks} from '../../kit/flow/cooperative.ts'
import {fromDbfs} from './levels.ts'

/** What limited sound stays below, in dBTP; 0.2 dB under the promised −1, as a meter interpolates a little differently. */
const ceiling = fromDbfs(-1.2)

const phases = 4
const taps = 12

/** The three points between two samples, each a windowed sinc over the 12 samples around (4 × as in BS.1770-4, Annex 2). */
const between: Float64Array[] = Array.from({length: phases - 1}, (_, phase) => {
  const weights = Float64Array.from({length: taps}, (_, tap) => {
    const t = tap - (taps / 2 - 1) - (phase + 1) / phases
    const window = Math.cos((Math.PI * t) / taps) ** 2
    return (Math.sin(Math.PI * t) / (Math.PI * t)) * window
  })
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return weights.map(weight => weight / sum)
})

/** The true peak from sample `i` up to the next, as an amplitude: also between the two, by interpolation. */
const peakAfter = (audio: Float32Array, i: number): number => {
  let largest = Math.abs(audio[i] ?? 0)
  for (const weights of between) {
    let sum = 0
    for (let tap = 0; tap < taps; tap++) sum += (weights[tap] as number) * (audio[i + tap - (taps / 2 - 1)] ?? 0)
    largest = Math.max(largest, Math.abs(sum))
  }
  return largest
}

/** Samples worked on between two yields: a few ms at the most. */
const chunkSamples = 16_384

/**
 * Amplifies sound where it stands and holds its true peak under −1 dBTP: the gain goes down within 5 ms before a peak
 * and comes back within about 80 ms. Sound that stays below is only amplified.
 * @param gain as a factor
 */
export function* amplifyLimited(audio: Float32Array, gain: number, sampleRate: number): Cooperative<void> {
  for (let i = 0; i < audio.length; i++) audio[i] = (audio[i] as number) * gain
  const wanted = yield* wantedGains(audio, sampleRate)
  if (!wanted) return
  const reach = Math.round(sampleRate * 0.005)
  const smooth = yield* averages(yield* minima(wanted, reach), reach)
  for (let i = 0; i < audio.length; i++) audio[i] = (audio[i] as number) * (smooth[i] as number)
}

/** For each sample the gain that keeps it, and what lies until the next, below the ceiling; undefined where all is 1. */
function* wantedGains(audio: Float32Array, sampleRate: number): Cooperative<Float32Array | undefined> {
  let gains: Float32Array | undefined
  yield* inChunks(audio.length, chunkSamples, (from, to) => {
    for (let i = from; i < to; i++) {
      if (Math.max(Math.abs(audio[i] as number), Math.abs(audio[i + 1] ?? 0)) < ceiling / 2) continue
      const peak = peakAfter(audio, i)
      if (peak <= ceiling) continue
      gains ??= new Float32Array(audio.length).fill(1)
      gains[i] = ceiling / peak
    }
  })
  if (gains) recover(gains, 1 - Math.exp(-1 / (0.08 * sampleRate)))
  return gains
}

/** After a low gain the next ones rise by a share of what is missing. */
const recover = (gains: Float32Array, share: number): void => {
  for (let i = 1; i < gains.length; i++) {
    const before = gains[i - 1] as number
    gains[i] = Math.min(gains[i] as number, before + (1 - before) * share)
  }
}

/** The minimum of the values within `reach` of each, by a queue of those that may still become one. */
function* minima(values: Float32Array, reach: number): Cooperative<Float32Array> {
  const result = new Float32Array(values.length)
  const queue = new Int32Array(chunkSamples + 2 * reach)
  yield* inChunks(values.length, chunkSamples, (from, to) => {
    let [head, tail] = [0, 0]
    for (let i = Math.max(0, from - reach); i < to + reach; i++) {
      if (i < values.length) {
        const value = values[i] as number
        while (tail > head && (values[queue[tail - 1] as number] as number) >= value) tail--
        queue[tail++] = i
      }
      const at = i - reach
      if (at < from) continue
      while ((queue[head] as number) < at - reach) head++
      result[at] = values[queue[head] as number] as number
    }
  })
  return result
}

/** Mean of the values within `reach` of each; beyond the ends, the end's own value goes on. */
function* averages(values: Float32Array, reach: number): Cooperative<Float32Array> {
  const last = values.length - 1
  const valueAt = (i: number): number => values[Math.max(0, Math.min(last, i))] as number
  const result = new Float32Array(values.length)
  yield* inChunks(values.length, chunkSamples, (from, to) => {
    let sum = 0
    for (let i = from - reach; i <= from + reach; i++) sum += valueAt(i)
    for (let i = from; i < to; i++) {
      result[i] = sum / (2 * reach + 1)
      sum += valueAt(i + reach + 1) - valueAt(i - reach)
    }
  })
  return result
}
