// Asks machines for something, one after the other or together.
import {withCancel} from '../../kit/cancel.ts'
import {EssenceError} from '../../kit/errors.ts'
import type {HostSession} from '../../release/host-session.ts'
import {failureOf, type HostOutcome, outcomeLines, type Rollout, rollOut} from './on-hosts.ts'
import {chooseHosts, type HostChoice} from './open-hosts.ts'

/** ms to undo what a cancelled operation began: a new release has to be ended. */
const undoMs = 60_000

/** What one machine answered, for `--json`; of a failure, the entries of other machines have another state. */
export type Answer<T> = {host: string; state: 'done'} & T

/** Machines at once, where nothing else is said. */
const defaultParallel = 5

interface Work<T extends object, P> {
  /** What can be done on all machines before the first one is changed, such as to upload. */
  prepare?: ((session: HostSession, signal: AbortSignal) => Promise<P>) | undefined
  work: (session: HostSession, signal: AbortSignal, prepared: P | undefined) => Promise<T>
  rollout: Pick<Rollout, 'canary' | 'stopOnFailure'>
}

const workOnHosts = <T extends object, P>(
  choice: HostChoice,
  {prepare, work, rollout}: Work<T, P>,
): Promise<HostOutcome<T>[]> =>
  withCancel(
    async signal => {
      const {names, open} = await chooseHosts(choice)
      const parallel = choice.parallel ?? defaultParallel
      const several = names.length > 1
      const sessions: HostSession[] = []
      try {
        // All must be there before one is changed; where nothing is changed, each by itself.
        const together = {canary: false, parallel, stopOnFailure: rollout.stopOnFailure}
        const opened = await rollOut(names, together, async index => {
          const session = await open(index, signal)
          sessions.push(session)
          return {session: several ? {...session, shared: true} : session, prepared: await prepare?.(session, signal)}
        })
        if (rollout.stopOnFailure && opened.some(({state}) => state === 'failed')) {
          return opened.map(outcome =>
            outcome.state === 'failed' ? outcome : {host: outcome.host, state: 'not-begun' as const},
          )
        }
        return await rollOut(names, {...rollout, parallel}, async index => {
          const outcome = opened[index]
          if (outcome?.state === 'done') return work(outcome.result.session, signal, outcome.result.prepared)
          throw outcome?.state === 'failed' ? outcome.error : new EssenceError('CANCELLED', 'Not begun.')
        })
      } finally {
        await Promise.all(sessions.map(session => session.close()))
      }
    },
    undefined,
    undoMs,
  )

const answersOf = <T extends object>(outcomes: readonly HostOutcome<T>[]): Answer<T>[] =>
  outcomes.flatMap(outcome =>
    outcome.state === 'done' ? [{host: outcome.host, state: outcome.state, ...outcome.result}] : [],
  )

/**
 * Changes something on each machine that the flags name: on the first one alone, then on the others together. What fails on
 * one is not begun on another. Ctrl-C cancels it.
 * @throws the first failure, its report telling of every machine
 */
export const onHosts = async <T extends object, P = undefined>(
  choice: HostChoice,
  work: Work<T, P>['work'],
  prepare?: Work<T, P>['prepare'],
): Promise<Answer<T>[]> => {
  const rollout = {canary: true, stopOnFailure: true}
  const outcomes = await workOnHosts<T, P>(choice, {work, rollout, prepare})
  const failure = failureOf(outcomes)
  if (failure === undefined) return answersOf(outcomes)
  if (outcomes.length > 1 && !choice.json && !choice.quiet) {
    for (const line of outcomeLines(outcomes)) process.stderr.write(`${line}\n`)
  }
  throw failure
}

/**
 * Asks each machine that the flags name for something; what one cannot answer, others may.
 * @param show prints the answers there are
 * @throws the first failure, after that, its report telling of every machine
 */
export const askHosts = async <T extends object>(
  choice: HostChoice,
  work: (session: HostSession, signal: AbortSignal) => Promise<T>,
  show: (answers: Answer<T>[]) => void,
): Promise<{hosts: Answer<T>[]}> => {
  const outcomes = await workOnHosts(choice, {work, rollout: {canary: false, stopOnFailure: false}})
  const hosts = answersOf(outcomes)
  const failure = failureOf(outcomes)
  if (failure === undefined || hosts.length > 0) show(hosts)
  if (failure !== undefined) throw failure
  return {hosts}
}
