/** Those who wait until something is so. */
export const watchers = () => {
  const looks = new Set<() => void>()
  return {
    /** Something happened: all look. */
    changed: (): void => {
      for (const look of [...looks]) look()
    },
    /** Resolves once the condition holds. @throws the reason of the signal */
    until: (condition: () => boolean, signal?: AbortSignal): Promise<void> =>
      new Promise((resolve, reject) => {
        const stop = (): void => {
          looks.delete(look)
          reject(signal?.reason)
        }
        const look = (): void => {
          if (!condition()) return
          looks.delete(look)
          signal?.removeEventListener('abort', stop)
          resolve()
        }
        looks.add(look)
        signal?.addEventListener('abort', stop)
        look()
      }),
  }
}
