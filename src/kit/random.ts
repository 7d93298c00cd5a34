/**
 * The same numbers from 0 to below 1 for the same seed, on every machine: mulberry32 by Tommy Ettinger,
 * https://gist.github.com/tommyettinger/46a874533244883189143505d203312c. Not for secrets.
 * @param seed its lowest 32 bits count
 */
export const seededRandom = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A copy of a list, every order as likely as any other (Fisher and Yates). @param random 0 to below 1 */
export const shuffled = <T>(list: readonly T[], random: () => number): T[] => {
  const copy = [...list]
  for (let last = copy.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1))
    ;[copy[last], copy[other]] = [copy[other] as T, copy[last] as T]
  }
  return copy
}
