/** Logits further than this below the largest add less than a millionth all together, and are not looked at. */
const negligible = 25

/** Natural logarithm of the sum of the exponentials, and where the largest stands. */
export const summarise = (logits: Float32Array): {largest: number; logSum: number} => {
  let largest = 0
  let most = logits[0] ?? Number.NEGATIVE_INFINITY
  for (let i = 1; i < logits.length; i++) {
    const logit = logits[i] as number
    if (logit > most) [most, largest] = [logit, i]
  }
  let sum = 0
  const floor = most - negligible
  for (let i = 0; i < logits.length; i++) {
    const logit = logits[i] as number
    if (logit >= floor) sum += Math.exp(logit - most)
  }
  return {largest, logSum: most + Math.log(sum)}
}

/** Draws a token with the probabilities of the logits divided by the temperature. @param random 0 to below 1 */
export const draw = (logits: Float32Array, temperature: number, random: number): number => {
  const most = logits.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  const weight = (logit: number): number => Math.exp((logit - most) / temperature)
  let sum = 0
  for (const logit of logits) sum += weight(logit)
  let left = random * sum
  let last = 0
  for (const [token, logit] of logits.entries()) {
    const own = weight(logit)
    if (own === 0) continue
    last = token
    left -= own
    if (left < 0) break
  }
  return last
}

/** The same numbers 0 to below 1 for the same seed, so that the same audio gives the same text (mulberry32). */
export const randomNumbers = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
