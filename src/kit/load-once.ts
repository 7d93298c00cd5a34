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

/** The same for what is to be closed: `close` waits for what was asked for, and closes it; of what never was, nothing is opened. */
export const openOnce = <T extends {close(): Promise<void>}>(open: () => Promise<T>) => {
  let opened: Promise<T> | undefined
  return {
    open: loadOnce(() => (opened = open())),
    close: async (): Promise<void> =>
      opened?.then(
        part => part.close(),
        () => {},
      ),
  }
}
