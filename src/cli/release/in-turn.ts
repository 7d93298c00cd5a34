import {isEssenceError} from '../../kit/errors.ts'

/** Makes what does one work after another. One that is CANCELLED cancels those behind it; another failure is its own only. */
export const inTurn = (): (<T>(work: () => Promise<T>) => Promise<T>) => {
  let before: Promise<unknown> = Promise.resolve()
  let cancelled: unknown
  return work => {
    const mine = before.then(() => {
      if (cancelled) throw cancelled
      return work()
    })
    before = mine.catch((error: unknown) => {
      if (isEssenceError(error) && error.code === 'CANCELLED') cancelled = error
    })
    return mine
  }
}
