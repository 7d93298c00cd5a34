import {EssenceError} from './errors.ts'

type StopSignal = 'SIGINT' | 'SIGTERM'

/** ms that cancelled work usually has to tidy up, such as to remove half a file. */
const usualTidyMs = 1000

/**
 * Runs work that Ctrl-C (SIGINT) and SIGTERM cancel through its signal. Some work cannot stop at once, such as loading a
 * model: it is waited for a second only, and a second signal ends the process there and then.
 * @param endWell what the first Ctrl-C does instead, such as to stop a recording whose end is still worth hearing
 * @param tidyMs ms that the work has to tidy up
 * @throws what the work throws, CANCELLED when it was stopped that way
 */
export const withCancel = async <T>(
  work: (signal: AbortSignal) => Promise<T>,
  endWell?: () => void,
  tidyMs = usualTidyMs,
): Promise<T> => {
  const controller = new AbortController()
  let first = endWell
  const {promise: outOfTime, reject} = Promise.withResolvers<never>()
  let timer: NodeJS.Timeout | undefined
  const onSignal = (name: StopSignal): void => {
    if (first && name === 'SIGINT') {
      first()
      first = undefined
      return
    }
    if (controller.signal.aborted) endBy(name)
    const stopped = new EssenceError('CANCELLED', `Stopped by ${name}.`)
    timer = setTimeout(() => {
      // Before anything else that waits for the end.
      process.prependOnceListener('exit', () => endBy(name))
      reject(stopped)
    }, tidyMs)
    controller.abort(stopped)
  }
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal)
  try {
    return await Promise.race([work(controller.signal), outOfTime])
  } finally {
    clearTimeout(timer)
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal)
  }
}

/**
 * Ends this process now, as an unhandled signal does; a shell sees 130 or 143. `process.exit` would wait for
 * what native threads are at: the rest of a model that is being loaded.
 */
export const endBy = (name: StopSignal): never => {
  process.removeAllListeners(name)
  process.kill(process.pid, name)
  // Process 1 of a container does not end by its own signal.
  process.exit(name === 'SIGINT' ? 130 : 143)
}
