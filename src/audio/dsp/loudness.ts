import type {Cooperative} from '../../kit/flow/cooperative.ts'

/** A second-order filter section, normalised so that a0 is 1. */
interface Biquad {
  b0: number
  b1: number
  b2: number
  a1: number
  a2: number
}

/**
 * The K-weighting of ITU-R BS.1770-4, Annex 1: a shelf that lifts treble by 4 dB (the head), then a high-pass (the ear).
 * The recommendation lists coefficients for 48 kHz; these are its two filters as analogue prototypes (corner in Hz, Q,
 * gain in dB), put through the bilinear transform for any rate. At 48 kHz they give the recommendation's numbers.
 */
export const kWeighting = (sampleRate: number): [shelf: Biquad, highPass: Biquad] => {
  const shelf = {corner: 1681.974450955533, q: 0.7071752369554196, gain: 10 ** (3.999843853973347 / 20)}
  const band = shelf.gain ** 0.4996667741545416
  const k1 = Math.tan((Math.PI * shelf.corner) / sampleRate)
  const n1 = 1 + k1 / shelf.q + k1 * k1
  const low = {corner: 38.13547087602444, q: 0.5003270373238773}
  const k2 = Math.tan((Math.PI * low.corner) / sampleRate)
  const n2 = 1 + k2 / low.q + k2 * k2
  return [
    {
      b0: (shelf.gain + (band * k1) / shelf.q + k1 * k1) / n1,
      b1: (2 * (k1 * k1 - shelf.gain)) / n1,
      b2: (shelf.gain - (band * k1) / shelf.q + k1 * k1) / n1,
      a1: (2 * (k1 * k1 - 1)) / n1,
      a2: (1 - k1 / shelf.q + k1 * k1) / n1,
    },
    {b0: 1, b1: -2, b2: 1, a1: (2 * (k2 * k2 - 1)) / n2, a2: (1 - k2 / low.q + k2 * k2) / n2},
  ]
}

/** Mean square → LUFS, for one channel. */
export const toLufs = (meanSquare: number): number => -0.691 + 10 * Math.log10(meanSquare)

/** LUFS → mean square. */
export const fromLufs = (lufs: number): number => 10 ** ((lufs + 0.691) / 10)

/**
 * The mean squares of K-weighted gating blocks: 400 ms, one every 100 ms (BS.1770-4, Annex 1). Sound shorter than a block
 * is one block. Yields after each second of sound.
 * @param audio mono, −1..1
 */
export function* gatingBlocks(audio: Float32Array, sampleRate: number): Cooperative<number[]> {
  const energy = weightedEnergy(audio, sampleRate)
  const step = Math.round(sampleRate / 10)
  const steps: number[] = []
  for (let at = 0; at + step <= audio.length; at += step) {
    steps.push(energy(at, at + step) / step)
    if (steps.length % 10 === 0) yield
  }
  if (steps.length < 4) {
    const rest = energy(steps.length * step, audio.length)
    return audio.length === 0 ? [] : [steps.reduce((total, one) => total + one * step, rest) / audio.length]
  }
  const blocks: number[] = []
  for (let i = 3; i < steps.length; i++) {
    blocks.push(((steps[i - 3] ?? 0) + (steps[i - 2] ?? 0) + (steps[i - 1] ?? 0) + (steps[i] ?? 0)) / 4)
  }
  return blocks
}

/** Sums of squares of the K-weighted sound, stretch after stretch: the filters go on where they stood. */
const weightedEnergy = (audio: Float32Array, sampleRate: number): ((from: number, to: number) => number) => {
  const [shelf, highPass] = kWeighting(sampleRate)
  const state = new Float64Array(6)
  return (from, to) => {
    let [x1 = 0, x2 = 0, y1 = 0, y2 = 0, z1 = 0, z2 = 0] = state
    let sum = 0
    for (let i = from; i < to; i++) {
      const x = audio[i] as number
      const y = shelf.b0 * x + shelf.b1 * x1 + shelf.b2 * x2 - shelf.a1 * y1 - shelf.a2 * y2
      const z = y - 2 * y1 + y2 - highPass.a1 * z1 - highPass.a2 * z2
      x2 = x1
      x1 = x
      y2 = y1
      y1 = y
      z2 = z1
      z1 = z
      sum += z * z
    }
    state.set([x1, x2, y1, y2, z1, z2])
    return sum
  }
}

/**
 * Integrated loudness of gating blocks in LUFS: those above −70 LUFS, and of these the ones no more than 10 LU below their
 * mean (BS.1770-4). −Infinity where nothing passes the gate.
 */
export const integratedLoudness = (blocks: readonly number[]): number => {
  const audible = meanAbove(blocks, fromLufs(-70))
  return toLufs(meanAbove(blocks, Math.max(fromLufs(-70), audible / 10)))
}

const meanAbove = (blocks: readonly number[], gate: number): number => {
  let sum = 0
  let count = 0
  for (const block of blocks) {
    if (block <= gate) continue
    sum += block
    count++
  }
  return count === 0 ? 0 : sum / count
}
