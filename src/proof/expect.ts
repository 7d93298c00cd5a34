import {inspect, isDeepStrictEqual} from 'node:util'
import {EssenceError} from '../kit/errors.ts'

/** What a check found out: names the thing, what was expected, and what came. */
export const mismatch = (what: string, expected: string, found: unknown): EssenceError =>
  new EssenceError('UNHEALTHY', `${what}: expected ${expected}, found ${shown(found)}.`)

/** @throws UNHEALTHY */
export const expectEqual = (what: string, found: unknown, expected: unknown): void => {
  if (!isDeepStrictEqual(found, expected)) throw mismatch(what, shown(expected), found)
}

/** @param within largest difference allowed  @throws UNHEALTHY */
export const expectNear = (what: string, found: number, expected: number, within: number): void => {
  if (!(Math.abs(found - expected) <= within)) throw mismatch(what, `${expected} ± ${within}`, found)
}

/** @throws UNHEALTHY */
export const expectMatch = (what: string, found: string | null | undefined, pattern: RegExp): void => {
  if (!pattern.test(found ?? '')) throw mismatch(what, `text like ${pattern}`, found)
}

/** @param expected completes "expected …"  @throws UNHEALTHY */
export const expectThat = (what: string, holds: boolean, expected: string, found: unknown): void => {
  if (!holds) throw mismatch(what, expected, found)
}

/** A value on one line, however large it is. */
const shown = (value: unknown): string =>
  inspect(value, {depth: 3, breakLength: Number.POSITIVE_INFINITY, maxArrayLength: 10, maxStringLength: 300})
