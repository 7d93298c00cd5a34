import {EssenceError} from '../errors.ts'
import {type Calls, startThread, type Thread, type ThreadOptions} from './thread.ts'

/**
 * A thread that is started again at the next call after it ended by itself (a crash in native code, an uncaught error);
 * the calls that waited then have failed with ENGINE_FAILED. Its module loads what it needs at the first call.
 * @param file the module without its extension, as for `startThread`
 */
export const restartingThread = <C extends Calls>(
  file: string,
  caller: string,
  options: Omit<ThreadOptions, 'onEnd'>,
): Thread<C> => {
  let closed = false
  let current: Thread<C> | undefined
  return {
    async call(...call) {
      if (closed) throw new EssenceError('ENGINE_UNAVAILABLE', `${options.name} has been closed.`)
      current ??= startThread<C>(file, caller, {
        ...options,
        onEnd: () => {
          current = undefined
        },
      })
      return current.call(...call)
    },
    async close() {
      closed = true
      await current?.close()
    },
  }
}
