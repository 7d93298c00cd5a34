import {EssenceError} from '../../kit/errors.ts'

/** Samples in a ms at 16 kHz. */
const samplesPerMs = 16

/** 20 ms: the step in which the quietest place is looked for. */
const stepSamples = 320

/** A pause is judged by this many steps together (200 ms), so that the closure of a "p" does not pass for one. */
const pauseSteps = 10

/** The cut falls into the last third of a window: shorter windows give a recogniser too little to go by. */
const searchShare = 1 / 3

export interface AudioWindow {
  /** Where it begins in the whole, in ms. */
  startMs: number
  /** A view into the whole, not a copy. */
  audio: Float32Array
}

/**
 * Cuts long sound into windows of at most `maxMs`, each at the quietest place of its last third; the latest one if
 * several are equal. One after the other the windows are the input. Nothing in gives no window.
 * @param audio mono, 16 kHz, −1..1
 * @throws USAGE when `maxMs` holds no sample
 */
export const splitAtPauses = (audio: Float32Array, maxMs: number): AudioWindow[] => {
  const most = Math.floor(maxMs * samplesPerMs)
  if (!(most >= 1))
    throw new EssenceError('USAGE', `Cannot split sound into windows of ${maxMs} ms; expected more than 0.`)
  const windows: AudioWindow[] = []
  let start = 0
  while (start < audio.length) {
    const rest = audio.length - start
    const end = rest <= most ? audio.length : start + quietestCut(audio.subarray(start, start + most))
    windows.push({startMs: start / samplesPerMs, audio: audio.subarray(start, end)})
    start = end
  }
  return windows
}

/** Where to cut a window best: 1 to its length, in samples. @param window mono, 16 kHz */
export const quietestCut = (window: Float32Array): number => {
  const from = Math.floor(window.length * (1 - searchShare))
  const energies = stepEnergies(window.subarray(from))
  // Too short to hold a pause: use all of it.
  if (energies.length < pauseSteps) return window.length
  let best = {energy: Number.POSITIVE_INFINITY, step: 0}
  for (let step = 0; step + pauseSteps <= energies.length; step++) {
    // Summed anew each time: a running sum of floats would drift and never be 0 again after loud sound.
    const energy = energies.slice(step, step + pauseSteps).reduce((sum, one) => sum + one, 0)
    if (energy <= best.energy) best = {energy, step}
  }
  return from + (best.step + pauseSteps / 2) * stepSamples
}

const stepEnergies = (audio: Float32Array): number[] => {
  const energies: number[] = []
  for (let at = 0; at + stepSamples <= audio.length; at += stepSamples) {
    let energy = 0
    for (let i = at; i < at + stepSamples; i++) energy += (audio[i] as number) ** 2
    energies.push(energy)
  }
  return energies
}
