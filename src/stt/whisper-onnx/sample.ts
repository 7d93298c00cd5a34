/** Natural logarithm of the sum of the exponentials of all, and of what is given as such a logarithm. */
export const logSumOf = (logits: Float32Array, rest = Number.NEGATIVE_INFINITY): number => {
  let max = rest
  for (const logit of logits) if (logit > max) max = logit
  let sum = Math.exp(rest - max)
  for (const logit of logits) sum += Math.exp(logit - max)
  return max + Math.log(sum)
}

/** Where the largest logits stand, the largest first. */
export const mostProbable = (logits: Float32Array, count: number): number[] => {
  const best: number[] = []
  let least = Number.NEGATIVE_INFINITY
  for (let token = 0; token < logits.length; token++) {
    const logit = logits[token] as number
    if (best.length === count && logit <= least) continue
    let at = best.length
    while (at > 0 && (logits[best[at - 1] as number] as number) < logit) at--
    best.splice(at, 0, token)
    if (best.length > count) best.pop()
    least = logits[best.at(-1) as number] as number
  }
  return best
}

/** Draws a token with the probabilities of the logits divided by the temperature. @param random 0 to below 1 */
export const draw = (logits: Float32Array, temperature: number, random: number): number => {
  let max = Number.NEGATIVE_INFINITY
  for (let i = 0; i < logits.length; i++) max = Math.max(max, logits[i] as number)
  const weights = new Float64Array(logits.length)
  let sum = 0
  for (let i = 0; i < logits.length; i++) {
    const weight = Math.exp(((logits[i] as number) - max) / temperature)
    weights[i] = weight
    sum += weight
  }
  let left = random * sum
  let last = 0
  for (let token = 0; token < weights.length; token++) {
    const weight = weights[token] as number
    if (weight === 0) continue
    last = token
    left -= weight
    if (left < 0) break
  }
  return last
}
