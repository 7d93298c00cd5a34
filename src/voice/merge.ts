/**
 * The items of two or more sources as they come, each source's in its own order. Every source works on its next item
 * while the last one is looked at, and no further. Leaving early tells the sources to return, without waiting for them:
 * a generator that waits for something returns only once it has it.
 */
export async function* merge<T>(...sources: AsyncIterable<T>[]): AsyncGenerator<T> {
  const steps = new Map<AsyncIterator<T>, Promise<Step<T>>>()
  const advance = (iterator: AsyncIterator<T>): void => {
    const step = iterator.next().then(result => ({iterator, result}))
    // Looked at only in the next race, which may never come.
    step.catch(() => {})
    // Deleted first, to stand behind the others: of several that are ready, the race takes the first.
    steps.delete(iterator)
    steps.set(iterator, step)
  }
  for (const source of sources) advance(source[Symbol.asyncIterator]())
  try {
    while (steps.size > 0) {
      const {iterator, result} = await Promise.race(steps.values())
      if (result.done) steps.delete(iterator)
      else {
        advance(iterator)
        yield result.value
      }
    }
  } finally {
    for (const iterator of steps.keys()) iterator.return?.().catch(() => {})
  }
}

interface Step<T> {
  iterator: AsyncIterator<T>
  result: IteratorResult<T>
}
