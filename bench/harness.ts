import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

/** The value below which a share of them lies, 0 to 1; NaN of none. */
export const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN

export const median = (values: readonly number[]): number => quantile(values, 0.5)

/** Does some work, and says how long it took in ms. */
export const timed = async <T>(work: () => Promise<T>): Promise<{result: T; ms: number}> => {
  const started = performance.now()
  const result = await work()
  return {result, ms: performance.now() - started}
}

/** A new folder, which is gone when the process ends. */
export const benchFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'essence-bench-'))
  process.once('exit', () => rmSync(folder, {recursive: true, force: true}))
  return folder
}

interface Goal {
  atMost?: number
  atLeast?: number
  /** Default: none, for ratios. */
  unit?: string
  /** Digits after the point; default 2. */
  digits?: number
}

/** Prints a figure beside its goal. One goal that is missed makes the process end with status 1. */
export const compare = (what: string, figure: number, {atMost, atLeast, unit, digits = 2}: Goal): void => {
  const reached = (atMost === undefined || figure <= atMost) && (atLeast === undefined || figure >= atLeast)
  const isMet = reached && !Number.isNaN(figure)
  const bounds = [atMost === undefined ? [] : `at most ${atMost}`, atLeast === undefined ? [] : `at least ${atLeast}`]
  const inUnit = unit === undefined ? '' : ` ${unit}`
  const verdict = isMet ? 'ok' : 'MISSED'
  console.log(`${what}: ${figure.toFixed(digits)}${inUnit} (goal: ${bounds.flat().join(', ')}${inUnit}): ${verdict}`)
  if (!isMet) process.exitCode = 1
}
