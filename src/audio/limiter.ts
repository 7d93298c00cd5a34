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

/** The largest distance from zero between sample `i` and the next, found by interpolation, times nothing. */
const peakAfter = (audio: Float32Array, i: number): number => {
  let largest = Math.abs(audio[i] ?? 0)
  for (const weights of between) {
    let sum = 0
    for (let tap = 0; tap < taps; tap++) sum += (weights[tap] as number) * (audio[i + tap - (taps / 2 - 1)] ?? 0)
    largest = Math.max(largest, Math.abs(sum))
  }
  return largest
}

/** The true peak as an amplitude: also between the samples, by 4 × interpolation (ITU-R BS.1770-4, Annex 2). */
export const truePeak = (audio: Float32Array): number => {
  let largest = 0
  for (let i = 0; i < audio.length; i++) {
    // Between two samples it rises above both, by 6 dB at the very most in sound that is not made to break meters.
    if (Math.max(Math.abs(audio[i] as number), Math.abs(audio[i + 1] ?? 0)) * 2 <= largest) continue
    largest = Math.max(largest, peakAfter(audio, i))
  }
  return largest
}

/**
 * Amplifies sound where it stands and holds its true peak under −1 dBTP: the gain goes down within 5 ms before a peak
 * and comes back within about 80 ms. Sound that stays below is only amplified.
 * @param gain as a factor
 */
export const amplifyLimited = (audio: Float32Array, gain: number, sampleRate: number): void => {
  for (let i = 0; i < audio.length; i++) audio[i] = (audio[i] as number) * gain
  const wanted = wantedGains(audio, sampleRate)
  if (!wanted) return
  const reach = Math.round(sampleRate * 0.005)
  const smooth = averages(minima(wanted, reach), reach)
  for (let i = 0; i < audio.length; i++) audio[i] = (audio[i] as number) * (smooth[i] as number)
}

/** For each sample the gain that keeps it, and what lies until the next, below the ceiling; undefined where all is 1. */
const wantedGains = (audio: Float32Array, sampleRate: number): Float32Array | undefined => {
  let gains: Float32Array | undefined
  for (let i = 0; i < audio.length; i++) {
    if (Math.max(Math.abs(audio[i] as number), Math.abs(audio[i + 1] ?? 0)) < ceiling / 2) continue
    const peak = peakAfter(audio, i)
    if (peak <= ceiling) continue
    gains ??= new Float32Array(audio.length).fill(1)
    gains[i] = ceiling / peak
  }
  if (!gains) return undefined
  const back = 1 - Math.exp(-1 / (0.08 * sampleRate))
  for (let i = 1; i < gains.length; i++) {
    const before = gains[i - 1] as number
    gains[i] = Math.min(gains[i] as number, before + (1 - before) * back)
  }
  return gains
}

/** Least of the values within `reach` of each (two queues of candidates would be faster; this one runs on peaks only). */
const minima = (values: Float32Array, reach: number): Float32Array => {
  const result = new Float32Array(values.length)
  const queue: number[] = []
  let head = 0
  for (let i = 0; i < values.length + reach; i++) {
    if (i < values.length) {
      while (queue.length > head && (values[queue.at(-1) as number] as number) >= (values[i] as number)) queue.pop()
      queue.push(i)
    }
    const at = i - reach
    if (at < 0) continue
    while ((queue[head] as number) < at - reach) head++
    result[at] = values[queue[head] as number] as number
  }
  return result
}

/** Mean of the values within `reach` of each; beyond the ends, the end's own value goes on. */
const averages = (values: Float32Array, reach: number): Float32Array => {
  const last = values.length - 1
  const valueAt = (i: number): number => values[Math.max(0, Math.min(last, i))] as number
  const result = new Float32Array(values.length)
  let sum = 0
  for (let i = -reach; i <= reach; i++) sum += valueAt(i)
  for (let i = 0; i < values.length; i++) {
    result[i] = sum / (2 * reach + 1)
    sum += valueAt(i + reach + 1) - valueAt(i - reach)
  }
  return result
}
