import {EssenceError} from '../../kit/errors.ts'

/** A number of places; who finds none free waits for one, in order. */
export interface Slots {
  /** Resolves with the function that gives the place back. @throws CANCELLED */
  take(signal?: AbortSignal): Promise<() => void>
}

export const openSlots = (count: number): Slots => {
  let free = count
  const waiting: (() => void)[] = []
  const give = (): void => {
    const next = waiting.shift()
    if (next) next()
    else free++
  }
  return {
    take: async signal => {
      if (free > 0) free--
      else {
        await new Promise<void>((resolve, reject) => {
          const cancel = (): void => {
            waiting.splice(waiting.indexOf(enter), 1)
            reject(new EssenceError('CANCELLED', 'Cancelled.'))
          }
          const enter = (): void => {
            signal?.removeEventListener('abort', cancel)
            resolve()
          }
          waiting.push(enter)
          signal?.addEventListener('abort', cancel, {once: true})
          if (signal?.aborted) cancel()
        })
      }
      let given = false
      return () => {
        if (!given) give()
        given = true
      }
    },
  }
}
