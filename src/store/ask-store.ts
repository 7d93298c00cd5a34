import {EssenceError, isEssenceError, messageOf} from '../kit/errors.ts'
import type {Database, OpenedDatabase} from './store.ts'

/** Does some work in the database. @throws STORE_UNAVAILABLE, and what the work throws */
export type AskStore = <T>(work: (db: Database) => Promise<T>) => Promise<T>

/** A database that says nothing for longer keeps a person waiting. */
const timeoutMs = 5000

/** Classes of SQLSTATE in which the database cannot be used, whatever is asked: connection, resources, shut down, its system. */
const unusable = new Set(['08', '53', '57', '58'])

/** Work in a database which may be gone in the middle: it then fails soon, and works again once the database is back. */
export const askStore =
  (store: OpenedDatabase, waitMs = timeoutMs): AskStore =>
  async work => {
    const late = Promise.withResolvers<never>()
    const timer = setTimeout(
      () => late.reject(unavailable(store, new Error(`no answer within ${waitMs / 1000} s`))),
      waitMs,
    )
    try {
      return await Promise.race([work(store.db), late.promise])
    } catch (error) {
      // Drizzle's own error quotes the values of the query, which are personal data.
      const cause = innermost(error)
      throw isUnusable(cause) ? unavailable(store, cause) : cause
    } finally {
      clearTimeout(timer)
    }
  }

const innermost = (error: unknown): unknown =>
  error instanceof Error && !isEssenceError(error) && error.cause instanceof Error ? innermost(error.cause) : error

const isUnusable = (error: unknown): boolean => {
  if (isEssenceError(error)) return error.code === 'ENGINE_FAILED' || error.code === 'ENGINE_UNAVAILABLE'
  if (!(error instanceof Error) || error instanceof TypeError || error instanceof RangeError) return false
  const state = 'code' in error ? /^[\dPX][\dA-Z]\w{3}$/.exec(String(error.code))?.[0] : undefined
  // Without a SQLSTATE it did not come from the database: the connection is gone, or none can be had.
  return state === undefined || unusable.has(state.slice(0, 2))
}

const unavailable = ({where}: OpenedDatabase, cause: unknown): EssenceError =>
  new EssenceError('STORE_UNAVAILABLE', `The database at ${where} cannot be used: ${messageOf(cause)}`, {
    suggestions: ['See that it runs; nothing that was confirmed is lost.'],
    cause,
  })
