/**
 * The pause before the next attempt, in ms: `firstMs` doubled with each failure after the first, up to `maxMs`, and of that
 * a random half to all, so that clients that failed together do not retry together.
 * @param failures failures in a row, 1 or more
 * @param random from 0 up to 1, for tests
 */
export const backoffMs = (
  failures: number,
  firstMs: number,
  maxMs: number,
  random: () => number = Math.random,
): number => Math.min(maxMs, firstMs * 2 ** (failures - 1)) * (1 - random() / 2)
