import {Semaphore} from './semaphore.ts'

/**
 * Does work for each item, so many at once, begun in their order. After a failure nothing more begins.
 * @returns what came of each, in their order
 * @throws the first failure, once all that was begun has ended
 */
export const mapLimit = async <T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> => {
  const slots = new Semaphore(limit)
  const results: R[] = []
  let first: {error: unknown} | undefined
  const each = async (item: T, index: number): Promise<void> => {
    try {
      results[index] = await work(item, index)
    } catch (error) {
      first ??= {error}
      slots.close(error)
    }
  }
  await Promise.allSettled(items.map((item, index) => slots.run(() => each(item, index))))
  if (first) throw (first as {error: unknown}).error
  return results
}
