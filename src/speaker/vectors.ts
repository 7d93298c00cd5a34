/** How alike two unit vectors are: their cosine, −1..1. */
export const cosine = (a: Float32Array, b: Float32Array): number => {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number)
  return sum
}

/** A vector at length 1; undefined for one that has no direction. */
export const unit = (vector: Float32Array): Float32Array | undefined => {
  const length = Math.sqrt(cosine(vector, vector))
  return Number.isFinite(length) && length > 0 ? vector.map(value => value / length) : undefined
}

/** The direction between unit vectors; undefined where there is none. */
export const centroid = (vectors: readonly Float32Array[]): Float32Array | undefined => {
  const sum = new Float32Array(vectors[0]?.length ?? 0)
  for (const vector of vectors) for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (vector[i] as number)
  return unit(sum)
}
