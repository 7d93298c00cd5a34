/** Largest distance from zero among samples. */
export const peak = (audio: Float32Array): number => {
  let largest = 0
  // By index: three times as fast as by iteration, and speech is looked over whole.
  for (let i = 0; i < audio.length; i++) {
    const distance = Math.abs(audio[i] as number)
    if (distance > largest) largest = distance
  }
  return largest
}

/** Amplitude as dB relative to full scale: 1 is 0 dBFS, 0.1 is −20, 0 is −Infinity. */
export const toDbfs = (amplitude: number): number => 20 * Math.log10(amplitude)

/** dB relative to full scale as amplitude: −20 is 0.1. */
export const fromDbfs = (db: number): number => 10 ** (db / 20)
