// When tokens were said, from how much each looks at each position of the audio (OpenAI's timing.py).

/** Positions the median is taken over. */
const medianPositions = 7

/**
 * @param scores for each head [tokens, positions], before the softmax
 * @param tokens how many rows
 * @param positions of a row
 * @param spoken the positions that have audio; behind them is silence only
 * @returns [tokens, spoken]: the mean of the heads, each made comparable
 */
export const attentionMap = (
  scores: readonly Float32Array[],
  tokens: number,
  positions: number,
  spoken: number,
): Float32Array => {
  const mean = new Float32Array(tokens * spoken)
  for (const head of scores) {
    const rows = Array.from({length: tokens}, (_, row) =>
      softmax(head.subarray(row * positions, row * positions + spoken)),
    )
    standardise(rows, spoken)
    for (const [row, values] of rows.entries())
      for (const [column, value] of medianFiltered(values).entries())
        mean[row * spoken + column] = (mean[row * spoken + column] ?? 0) + value / scores.length
  }
  return mean
}

const softmax = (scores: Float32Array): Float32Array => {
  const max = scores.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  const weights = scores.map(score => Math.exp(score - max))
  const sum = weights.reduce((a, b) => a + b, 0)
  return weights.map(weight => weight / sum)
}

/** Each position to mean 0 and variance 1 over the tokens: what all look at says nothing about one. */
const standardise = (rows: readonly Float32Array[], columns: number): void => {
  for (let column = 0; column < columns; column++) {
    let [sum, squares] = [0, 0]
    for (const row of rows) {
      const value = row[column] ?? 0
      sum += value
      squares += value * value
    }
    const mean = sum / rows.length
    const deviation = Math.sqrt(Math.max(0, squares / rows.length - mean * mean)) || 1
    for (const row of rows) row[column] = ((row[column] ?? 0) - mean) / deviation
  }
}

/** Mirrored at the ends. */
const medianFiltered = (values: Float32Array): Float32Array => {
  const half = Math.floor(medianPositions / 2)
  if (values.length <= half) return values
  const last = values.length - 1
  const at = (index: number): number => values[index < 0 ? -index : index > last ? 2 * last - index : index] ?? 0
  return values.map((_, i) => {
    const around = Float32Array.from({length: medianPositions}, (_, j) => at(i + j - half)).sort()
    return around[half] ?? 0
  })
}

/**
 * The cheapest way through the map that never goes back, of tokens or of time (dynamic time warping).
 * @param map [tokens, positions]
 * @returns for each token the position at which it begins
 */
export const warp = (map: Float32Array, tokens: number, positions: number): number[] => {
  const width = positions + 1
  const cost = new Float64Array((tokens + 1) * width).fill(Number.POSITIVE_INFINITY)
  // 0: both step on, 1: the token does, 2: the position does.
  const steps = new Uint8Array((tokens + 1) * width)
  cost[0] = 0
  for (let token = 1; token <= tokens; token++)
    for (let position = 1; position <= positions; position++) {
      const here = token * width + position
      const [both = 0, up = 0, left = 0] = [cost[here - width - 1], cost[here - width], cost[here - 1]]
      const step = both < up && both < left ? 0 : up < both && up < left ? 1 : 2
      steps[here] = step
      cost[here] = [both, up, left][step] as number
      cost[here] -= map[(token - 1) * positions + position - 1] ?? 0
    }
  const begins = new Array<number>(tokens).fill(0)
  let [token, position] = [tokens, positions]
  while (token > 0 && position > 0) {
    begins[token - 1] = position - 1
    const step = steps[token * width + position]
    if (step !== 2) token--
    if (step !== 1) position--
  }
  return begins
}
