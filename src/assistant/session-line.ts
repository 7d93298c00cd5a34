import {EssenceError, throwIfCancelled} from '../kit/errors.ts'

/** One at a time per session, in the order of asking; sessions do not wait for each other. */
export class SessionLine {
  readonly #limit: number
  readonly #lines = new Map<string, {last: Promise<void>; length: number}>()

  /** @param limit requests of one session that may wait or run. */
  constructor(limit = 16) {
    this.#limit = limit
  }

  /**
   * Resolves when it is this request's turn, to a function that ends the turn.
   * @throws CANCELLED (also while waiting), ENGINE_BUSY
   */
  async enter(session: string, signal?: AbortSignal): Promise<() => void> {
    throwIfCancelled(signal)
    const line = this.#lines.get(session) ?? {last: Promise.resolve(), length: 0}
    if (line.length >= this.#limit)
      throw new EssenceError('ENGINE_BUSY', `${line.length} requests of this conversation are waiting already.`, {
        suggestions: ['Wait for the answers.'],
      })
    const {promise: ended, resolve: end} = Promise.withResolvers<void>()
    const before = line.last
    line.last = before.then(() => ended)
    line.length++
    this.#lines.set(session, line)
    const leave = (): void => {
      end()
      line.length--
      if (line.length === 0) this.#lines.delete(session)
    }
    try {
      await untilAborted(before, signal)
    } catch (error) {
      leave()
      throw error
    }
    return leave
  }
}

const untilAborted = async (promise: Promise<void>, signal: AbortSignal | undefined): Promise<void> => {
  if (!signal) return await promise
  const {promise: aborted, reject} = Promise.withResolvers<never>()
  const abort = (): void => reject(new EssenceError('CANCELLED', 'Cancelled while waiting.', {cause: signal.reason}))
  signal.addEventListener('abort', abort, {once: true})
  try {
    await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
