import {EssenceError, throwIfCancelled} from '../../kit/errors.ts'
import {untilAborted} from '../../kit/flow/until-aborted.ts'

/** Calls that end with CANCELLED when their caller leaves, and with ENGINE_UNAVAILABLE when what they are made of is closed. */
export interface Closable {
  /** Aborts when it is closed. */
  readonly closing: AbortSignal
  run<T>(signal: AbortSignal | undefined, call: (signal: AbortSignal) => Promise<T>): Promise<T>
  /** Leaving it ends the call, too. */
  stream<T>(signal: AbortSignal | undefined, call: (signal: AbortSignal) => AsyncIterable<T>): AsyncGenerator<T>
  close(): Promise<void>
}

/** @param message what those are told that are closed, and those after them */
export const closable = (message: string): Closable => {
  const closing = new AbortController()
  const closed = (): EssenceError => new EssenceError('ENGINE_UNAVAILABLE', message)
  const either = (...signals: (AbortSignal | undefined)[]): AbortSignal => {
    if (closing.signal.aborted) throw closed()
    return AbortSignal.any([closing.signal, ...signals.filter(signal => signal !== undefined)])
  }
  const named = (error: unknown, signal: AbortSignal | undefined): unknown =>
    closing.signal.aborted && !signal?.aborted ? closed() : error
  return {
    closing: closing.signal,
    async run(signal, call) {
      throwIfCancelled(signal)
      try {
        return await call(either(signal))
      } catch (error) {
        throw named(error, signal)
      }
    },
    async *stream(signal, call) {
      throwIfCancelled(signal)
      const leaving = new AbortController()
      try {
        const ending = either(signal, leaving.signal)
        yield* untilAborted(call(ending), ending)
      } catch (error) {
        throw named(error, signal)
      } finally {
        leaving.abort()
      }
    },
    close: async () => closing.abort(),
  }
}
