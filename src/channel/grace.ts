import type {Clock} from './clock.ts'

/** ms a send that has begun gets when its turn is cancelled: cut off, it would be unknown whether it arrived. */
const graceMs = 2000

/** Makes a call whose own signal aborts only some time after the one given. */
export const withGrace = async <T>(
  call: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
  clock: Clock,
): Promise<T> => {
  const [giveUp, ended] = [new AbortController(), new AbortController()]
  const onAbort = (): void => void clock.wait(graceMs, ended.signal).then(() => giveUp.abort())
  signal.addEventListener('abort', onAbort, {once: true})
  try {
    return await call(giveUp.signal)
  } finally {
    signal.removeEventListener('abort', onAbort)
    ended.abort('ended')
  }
}
