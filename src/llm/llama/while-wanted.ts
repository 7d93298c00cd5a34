import type {CallContext} from '../../kit/process/thread.ts'

/** How often a call looks whether its caller has gone, in ms. */
const cancelCheckMs = 5

/** Runs work of a call to a thread, which is stopped when the caller has gone. */
export const whileWanted = async <T>(
  {cancelled}: Pick<CallContext<unknown>, 'cancelled'>,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> => {
  const stop = new AbortController()
  const timer = setInterval(() => {
    if (cancelled()) stop.abort()
  }, cancelCheckMs)
  try {
    return await work(stop.signal)
  } finally {
    clearInterval(timer)
  }
}
