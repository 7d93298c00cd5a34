import {EssenceError} from './errors.ts'

/**
 * Runs work that Ctrl-C (SIGINT) and SIGTERM cancel through its signal; a second one ends the process at once.
 * @throws what the work throws, CANCELLED when it was stopped that way
 */
export const withCancel = async <T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
  const controller = new AbortController()
  const onSignal = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(name === 'SIGINT' ? 130 : 143)
    controller.abort(new EssenceError('CANCELLED', `Stopped by ${name}.`))
  }
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal)
  try {
    return await work(controller.signal)
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal)
  }
}
