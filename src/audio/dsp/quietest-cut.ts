/** 20 ms at 16 kHz: the step in which the quietest place is looked for. */
const stepSamples = 320

/** A pause is judged by this many steps together (200 ms), so that the closure of a "p" does not pass for one. */
const pauseSteps = 10

/** The cut falls into the last third of a window: shorter windows give a recogniser too little to go by. */
const searchShare = 1 / 3

/**
 * Where to cut a window best: at the quietest place of its last third, the latest one if several are equal.
 * @param window mono, 16 kHz, −1..1
 * @returns 1 to its length, in samples
 */
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
