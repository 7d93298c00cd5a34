/** Level below which nothing is heard, as a share of full scale: −60 dB. */
const silence = 0.001

/** Correlation from which two sounds are one: speech encoded as Opus at 48 kbit/s has 0.96 with itself; two readings come nowhere near. */
const same = 0.9

/** Why a sound cannot be speech; undefined where it can. @param pcm mono samples −1..1 */
export const soundFault = (pcm: Float32Array): string | undefined => {
  if (pcm.length === 0) return 'no audio'
  const power = pcm.reduce((sum, sample) => sum + sample ** 2, 0) / pcm.length
  if (!Number.isFinite(power)) return 'audio of samples that are no numbers'
  return Math.sqrt(power) < silence ? 'silence' : undefined
}

/** Whether two sounds of one sample rate are the same recording, encoded anew perhaps, at another loudness perhaps. */
export const isSameSound = (a: Float32Array, b: Float32Array): boolean => {
  const length = Math.min(a.length, b.length)
  // An encoder adds a frame or two at the ends.
  if (length === 0 || Math.max(a.length, b.length) > 1.05 * length) return false
  let [product, powerA, powerB] = [0, 0, 0]
  for (let i = 0; i < length; i++) {
    const [x, y] = [a[i] ?? 0, b[i] ?? 0]
    product += x * y
    powerA += x * x
    powerB += y * y
  }
  return powerA > 0 && powerB > 0 && product / Math.sqrt(powerA * powerB) >= same
}
