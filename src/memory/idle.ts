import {isEssenceError, messageOf} from '../kit/errors.ts'
import {Semaphore} from '../kit/flow/semaphore.ts'

export interface IdleOptions {
  /** Needs no language model, and may run while somebody is answered. */
  always: (signal: AbortSignal) => Promise<void>
  /** Is put off as soon as somebody speaks: the model is for people first. */
  whenIdle: (signal: AbortSignal) => Promise<void>
  /** Silence before `whenIdle`. */
  pauseMs: number
  log: (message: string) => void
}

export interface IdleWork {
  /** Somebody speaks: what needs the model stops, and waits for the next silence. */
  spoken(): void
  /** An exchange has ended: there may be something to do. */
  ended(): void
  /** Does all there is to do now. @throws what the work throws */
  settle(signal?: AbortSignal): Promise<void>
  close(): Promise<void>
}

/** Work in the background: one thing at a time, and what fails is tried again after the next exchange. */
export const idleWork = ({always, whenIdle, pauseMs, log}: IdleOptions): IdleWork => {
  const closed = new AbortController()
  const one = new Semaphore(1)
  let speaking = new AbortController()
  let timer: NodeJS.Timeout | undefined

  /** Never rejects. */
  const quietly = async (work: (signal: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<void> => {
    await one
      .run(() => work(signal), signal)
      .catch(error => {
        if (!(isEssenceError(error) && error.code === 'CANCELLED')) log(`memory: ${messageOf(error)}`)
      })
  }

  const wait = (): void => {
    clearTimeout(timer)
    const {signal} = speaking
    timer = setTimeout(() => void quietly(whenIdle, AbortSignal.any([closed.signal, signal])), pauseMs)
    // It keeps no process alive that has come to its end.
    timer.unref()
  }

  return {
    spoken() {
      clearTimeout(timer)
      speaking.abort()
      speaking = new AbortController()
    },
    ended() {
      if (closed.signal.aborted) return
      // One that waits already will see what came since.
      if (one.waiting === 0) void quietly(always, closed.signal)
      wait()
    },
    async settle(signal) {
      const stop = AbortSignal.any([closed.signal, ...(signal ? [signal] : [])])
      await one.run(async () => {
        await always(stop)
        await whenIdle(stop)
      }, stop)
    },
    async close() {
      clearTimeout(timer)
      closed.abort()
      speaking.abort()
      await one.idle()
    },
  }
}
