import type {Quantiles} from './run.ts'

/** p50, p95 and the largest of at least one figure; by nearest rank, so that each was really measured. */
export const quantilesOf = (values: readonly number[]): Quantiles => {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
  return {p50: at(0.5), p95: at(0.95), max: at(1)}
}
