/** Lets callers wait until a predicate holds; the code that may have changed it calls `changed`, and each waiter checks its own. */
export class Condition {
  readonly #checks = new Set<() => void>()

  /** Resolves to true once `holds` does, to false when the deadline aborts first. */
  async until(holds: () => boolean, deadline?: AbortSignal): Promise<boolean> {
    if (holds()) return true
    if (deadline?.aborted) return false
    const {promise, resolve} = Promise.withResolvers<boolean>()
    const check = (): void => {
      if (holds()) resolve(true)
    }
    const late = (): void => resolve(false)
    this.#checks.add(check)
    deadline?.addEventListener('abort', late, {once: true})
    return promise.finally(() => {
      this.#checks.delete(check)
      deadline?.removeEventListener('abort', late)
    })
  }

  changed(): void {
    for (const check of this.#checks) check()
  }
}
