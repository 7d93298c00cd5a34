import {EssenceError, throwIfCancelled} from '../errors.ts'

/**
 * Passes on what `source` gives. When the signal aborts it throws CANCELLED at once, also while it waits for a source
 * that gives nothing. The source is told to return on every way out.
 */
export async function* untilAborted<T>(source: AsyncIterable<T>, signal: AbortSignal | undefined): AsyncGenerator<T> {
  if (!signal) return yield* source
  throwIfCancelled(signal)
  const iterator = source[Symbol.asyncIterator]()
  let ended = false
  try {
    for (;;) {
      const result = await nextOrAbort(iterator, signal)
      ended = result.done === true
      if (result.done) return
      yield result.value
    }
  } catch (error) {
    ended ||= !signal.aborted
    throw error
  } finally {
    // Not awaited after an abort: a generator that hangs in `next` would hang in `return` as well.
    const returned = ended ? undefined : iterator.return?.()
    if (signal.aborted) returned?.catch(() => {})
    else await returned
  }
}

// One listener for each wait: racing one long-lived promise would collect reactions for as long as the source lives.
const nextOrAbort = <T>(iterator: AsyncIterator<T>, signal: AbortSignal): Promise<IteratorResult<T>> =>
  new Promise((resolve, reject) => {
    const abort = (): void => reject(new EssenceError('CANCELLED', 'Cancelled.', {cause: signal.reason}))
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort, {once: true})
    iterator
      .next()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', abort))
  })
