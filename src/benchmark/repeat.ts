import {throwIfCancelled} from '../kit/errors.ts'

export interface RepeatOptions {
  /** At most so many runs. */
  runs: number
  /** After so many ms no further one begins; one is made in any case. */
  withinMs: number
  signal: AbortSignal
}

/** Runs something again and again, one after the other. @throws CANCELLED, and what it throws */
export const repeat = async <T>(
  {runs, withinMs, signal}: RepeatOptions,
  run: (index: number) => Promise<T>,
): Promise<T[]> => {
  const began = performance.now()
  const results: T[] = []
  while (results.length < runs && (results.length === 0 || performance.now() - began < withinMs)) {
    throwIfCancelled(signal)
    results.push(await run(results.length))
  }
  return results
}
