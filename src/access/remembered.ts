/** Ids remembered at most; beyond it the one loaded first is forgotten. */
const maxIds = 10_000

export interface Remembered<T> {
  /** As it is, or was less than `ms` ago. @throws what loading throws, which is not remembered */
  get(id: string): Promise<T>
  /** Loads it anew at the next call. Without an id: all. */
  forget(id?: string): void
}

/** What was loaded a moment ago is not loaded again. */
export const remembered = <T>(
  load: (id: string) => Promise<T>,
  {ms, now}: {ms: number; now: () => number},
): Remembered<T> => {
  const loaded = new Map<string, {at: number; value: Promise<T>}>()
  return {
    get(id) {
      const known = loaded.get(id)
      if (known && now() - known.at < ms) return known.value
      const value = load(id)
      loaded.delete(id)
      loaded.set(id, {at: now(), value})
      value.catch(() => {
        if (loaded.get(id)?.value === value) loaded.delete(id)
      })
      const [first] = loaded.keys()
      if (loaded.size > maxIds && first !== undefined) loaded.delete(first)
      return value
    },
    forget(id) {
      if (id === undefined) loaded.clear()
      else loaded.delete(id)
    },
  }
}
