import type {Quantiles} from './run.ts'

/** The smallest value that at least a share of all do not exceed (nearest rank). @param sorted ascending, not empty */
const atRank = (sorted: readonly number[], share: number): number =>
  sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN

/** Undefined of no values. */
export const quantilesOf = (values: readonly number[]): Quantiles | undefined => {
  if (values.length === 0) return undefined
  const sorted = values.toSorted((a, b) => a - b)
  return {p50: atRank(sorted, 0.5), p95: atRank(sorted, 0.95), max: atRank(sorted, 1)}
}
