/** A single item as something to iterate over. */
export async function* one<T>(item: T): AsyncGenerator<T> {
  yield item
}

/** An item that was taken off a source to look at it, and the rest of the source, which is told when its reader leaves. */
export async function* startingWith<T>(first: T, rest: AsyncIterator<T>): AsyncGenerator<T> {
  try {
    yield first
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value
  } finally {
    await rest.return?.()
  }
}

/** Samples or bytes in pieces of at most `length`, without copying them. */
export async function* inPieces<T extends {length: number; subarray(from: number, to: number): T}>(
  whole: T,
  length: number,
): AsyncGenerator<T> {
  for (let from = 0; from < whole.length; from += length) yield whole.subarray(from, from + length)
}

/** All items of an iteration. (`Array.fromAsync` is in Node.js, but not yet in the library types we compile against.) */
export const collected = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}
