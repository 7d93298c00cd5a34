export interface LinkedAbort {
  signal: AbortSignal
  abort(reason: unknown): void
  /** From now on the sources are not heeded, and hold nothing of this. */
  unlink(): void
}

/**
 * A signal that aborts by itself, or with the first of its sources and that one's reason. For what is made for each request:
 * `AbortSignal.any` leaves a weak reference at every source, which for a source that outlives many is most of the work of making one.
 */
export const linkedAbort = (...sources: readonly (AbortSignal | undefined)[]): LinkedAbort => {
  const own = new AbortController()
  const heeded = sources.filter(source => source !== undefined)
  function unlink(): void {
    for (const source of heeded) source.removeEventListener('abort', follow)
  }
  function follow(this: AbortSignal): void {
    own.abort(this.reason)
    unlink()
  }
  for (const source of heeded) source.addEventListener('abort', follow)
  const aborted = heeded.find(source => source.aborted)
  if (aborted) follow.call(aborted)
  return {signal: own.signal, abort: reason => own.abort(reason), unlink}
}
