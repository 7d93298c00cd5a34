/** Turns at something that does a few things at once. */
export interface Turns {
  /** Waits for a turn, first come, first served; call what it gives when done. An aborted wait gives up its place. */
  take(signal: AbortSignal): Promise<() => void>
}

/** @param places how many turns there are at once */
export const openTurns = (places: number): Turns => {
  const waiting: (() => void)[] = []
  let free = places
  const giveBack = (): void => {
    const next = waiting.shift()
    if (next) next()
    else free++
  }
  const once = (): (() => void) => {
    let held = true
    return () => {
      if (held) giveBack()
      held = false
    }
  }
  return {
    take: signal =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason)
        if (free > 0) {
          free--
          return resolve(once())
        }
        const start = (): void => {
          signal.removeEventListener('abort', leave)
          resolve(once())
        }
        const leave = (): void => {
          waiting.splice(waiting.indexOf(start), 1)
          reject(signal.reason)
        }
        signal.addEventListener('abort', leave, {once: true})
        waiting.push(start)
      }),
  }
}
