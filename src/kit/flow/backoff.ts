/**
 * The pause before the next attempt, in ms: `firstMs` doubled with each failure after the first, up to `longestMs`, and
 * of that a random half to all, so that those who failed together do not come back together.
 * @param failures failures in a row, 1 or more
 * @param random from 0 up to 1, for tests
 */
export const backoffMs = (
  failures: number,
  firstMs: number,
  longestMs: number,
  random: () => number = Math.random,
): number => Math.min(longestMs, firstMs * 2 ** (failures - 1)) * (1 - random() / 2)
