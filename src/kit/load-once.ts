/**
 * Loads at the first call, and gives the same to every call after it. A failure is not kept: the next call tries again, for what
 * was missing may have come.
 */
export const loadOnce = <T>(load: () => Promise<T>): (() => Promise<T>) => {
  let loading: Promise<T> | undefined
  return () => {
    loading ??= load().catch(error => {
      loading = undefined
      throw error
    })
    return loading
  }
}
