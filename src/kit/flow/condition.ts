/** Waits for something that others bring about: they say when it may have changed, and each waiter looks for itself. */
export class Condition {
  readonly #looks = new Set<() => void>()

  /** Resolves to true once `holds` does, to false when the deadline aborts first. */
  async until(holds: () => boolean, deadline?: AbortSignal): Promise<boolean> {
    if (holds()) return true
    if (deadline?.aborted) return false
    const {promise, resolve} = Promise.withResolvers<boolean>()
    const look = (): void => {
      if (holds()) resolve(true)
    }
    const late = (): void => resolve(false)
    this.#looks.add(look)
    deadline?.addEventListener('abort', late, {once: true})
    return promise.finally(() => {
      this.#looks.delete(look)
      deadline?.removeEventListener('abort', late)
    })
  }

  changed(): void {
    for (const look of this.#looks) look()
  }
}
