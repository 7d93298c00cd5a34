// Several machines: one after another or together, and what came of each.
import {EssenceError, isEssenceError, messageOf} from '../../kit/errors.ts'
import {Semaphore} from '../../kit/flow/semaphore.ts'

/** What came of one machine. */
export type HostOutcome<T> =
  | {host: string; state: 'done'; result: T}
  | {host: string; state: 'failed'; error: unknown}
  /** Untouched, because something failed before. */
  | {host: string; state: 'not-begun'}

export interface Rollout {
  /** The first machine goes first, alone: what is wrong with a release is found out on one. */
  canary: boolean
  /** At most so many at once. */
  parallel: number
  /** What fails on one is not begun on another; those at work finish. */
  stopOnFailure: boolean
}

/** Does work for each machine. Resolves with an outcome for each, in their order; it does not throw. */
export const rollOut = async <T>(
  hosts: readonly string[],
  {canary, parallel, stopOnFailure}: Rollout,
  work: (index: number) => Promise<T>,
): Promise<HostOutcome<T>[]> => {
  const slots = new Semaphore(Math.max(1, parallel))
  let failed = false
  const workOn = async (host: string, index: number): Promise<HostOutcome<T>> => {
    if (failed && stopOnFailure) return {host, state: 'not-begun'}
    try {
      return {host, state: 'done', result: await work(index)}
    } catch (error) {
      failed = true
      return {host, state: 'failed', error}
    }
  }
  const outcomes: Promise<HostOutcome<T>>[] = []
  for (const [index, host] of hosts.entries()) {
    const outcome = slots.run(() => workOn(host, index))
    outcomes.push(outcome)
    if (canary && index === 0) await outcome
  }
  return Promise.all(outcomes)
}

/** One machine in `data` of `--json`. */
type HostEntry = {host: string; state: HostOutcome<unknown>['state']; error?: {code: string; message: string}}

const entryOf = ({host, ...outcome}: HostOutcome<object>): HostEntry => {
  if (outcome.state === 'done') return {host, state: 'done', ...outcome.result}
  if (outcome.state === 'not-begun') return {host, state: 'not-begun'}
  const code = isEssenceError(outcome.error) ? outcome.error.code : 'BUG'
  const report = isEssenceError(outcome.error) ? outcome.error.report : undefined
  return {host, state: 'failed', error: {code, message: messageOf(outcome.error)}, ...(report ?? {})}
}

/** A line for each machine, where there are several. */
export const outcomeLines = (outcomes: readonly HostOutcome<object>[]): string[] =>
  outcomes.map(outcome => {
    if (outcome.state === 'failed') return `${outcome.host}: failed: ${messageOf(outcome.error)}`
    return `${outcome.host}: ${outcome.state === 'done' ? 'done' : 'not begun'}`
  })

/**
 * The first failure, as the failure of the whole: its code, exit status and suggestions; with several machines it says what
 * became of the others, and its report has an entry for each.
 * @returns `undefined` where nothing failed
 */
export const failureOf = (outcomes: readonly HostOutcome<object>[]): unknown => {
  const first = outcomes.find(outcome => outcome.state === 'failed')
  if (!first || outcomes.length === 1 || !isEssenceError(first.error)) return first?.error
  const count = (state: HostOutcome<object>['state']): number =>
    outcomes.filter(outcome => outcome.state === state).length
  const {code, message, suggestions} = first.error
  return new EssenceError(
    code,
    `${first.host}: ${message} Of ${outcomes.length} machines ${count('done')} done, ${count('failed')} failed, ${count('not-begun')} not begun.`,
    {suggestions, cause: first.error, report: {hosts: outcomes.map(entryOf)}},
  )
}
