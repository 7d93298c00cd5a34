import {JuneError} from '../server/june-error.ts'
import {streamTurn, type TurnLine, type WrittenTurn} from '../server/turn.ts'
import {endWait, useWriting} from './writing-store.ts'

/** June is asked again for as long, in ms. */
const patienceMs = 10 * 60_000

/** A turn; while June is too busy to take it, it is tried again when she says. @throws as `streamTurn` */
export async function* streamWhenRoom(turn: WrittenTurn, signal: AbortSignal): AsyncGenerator<TurnLine> {
  const since = performance.now()
  for (;;) {
    try {
      return yield* streamTurn(turn, signal)
    } catch (error) {
      if (!(error instanceof JuneError) || !(error.retryAfter > 0)) throw error
      const retryInS = Math.min(error.retryAfter, 60)
      if (performance.now() - since + retryInS * 1000 > patienceMs) throw error
      useWriting.setState({retryInS})
      await delay(retryInS * 1000, signal)
      endWait()
    }
  }
}

const delay = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms)
    const onAbort = (): void => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort, {once: true})
  })
