/** All items of an iteration. (`Array.fromAsync` is in Node.js, but not yet in the library types we compile against.) */
export const collected = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}
