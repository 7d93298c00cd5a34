// Asks machines for something, and shows what they do meanwhile.
import {withCancel} from '../kit/cancel.ts'
import {EssenceError, isEssenceError} from '../kit/errors.ts'
import {type DeployStep, deploySteps, type HostEvent} from './host/events.ts'
import type {HostOperation, HostOperations} from './host/operations.ts'
import type {HostSession} from './host-session.ts'
import {failureOf, type HostOutcome, outcomeLines, type Rollout, rollOut} from './on-hosts.ts'
import {chooseHosts, type HostChoice} from './open-hosts.ts'
import {openStepView, type StepViewKind} from './show-steps.ts'

/** ms to undo what a cancelled operation began: a new release has to be ended. */
const undoMs = 60_000

/** What a command shows, and how. */
export interface Asking {
  show: StepViewKind
  /** Notices for people. */
  note: (line: string) => void
}

/** What one machine answered, for `--json`; of a failure, the entries of other machines have another state. */
export type Answer<T> = {host: string; state: 'done'} & T

const titles: Readonly<Record<DeployStep, string>> = {
  connect: 'Connect',
  lock: 'Lock',
  digest: 'Check the digest',
  signature: 'Check the signature',
  upload: 'Upload',
  unpack: 'Unpack',
  files: 'Check every file',
  commands: 'Load its commands',
  environment: 'Check its settings',
  start: 'Start',
  health: 'Wait until it is ready',
  settle: 'See that it stays so',
  switch: 'Switch over',
  drain: 'Drain the old one',
  prune: 'Remove old releases',
}

/** Machines at once, where nothing else is said. */
const defaultParallel = 5

interface Work<T extends object, P> {
  /** What can be done on all machines before the first one is changed, such as to upload. */
  prepare?: (session: HostSession, signal: AbortSignal) => Promise<P>
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
  const outcomes = await workOnHosts<T, P>(choice, {work, rollout, ...(prepare ? {prepare} : {})})
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

/** A step that would be done, for `--dry-run`. */
export interface PlannedStep {
  step: DeployStep
  /** `done`: it was, as it changes nothing; `planned`. */
  state: 'done' | 'planned'
  detail?: string | undefined
}

/** Does an operation that only says what it would do. */
export const performPlanned = async <Name extends HostOperation>(
  session: HostSession,
  operation: Name,
  input: HostOperations[Name]['input'],
  signal: AbortSignal,
): Promise<{result: HostOperations[Name]['output']; plan: PlannedStep[]}> => {
  const plan: PlannedStep[] = []
  const onEvent = (event: HostEvent): void => {
    if (event.type !== 'step' || event.state === 'started' || event.state === 'failed') return
    plan.push({step: event.step, state: event.state === 'done' ? 'done' : 'planned', detail: event.detail})
  }
  return {result: await session.perform(operation, input, {onEvent, signal}), plan}
}

/** A plan, a line for each step. */
export const planLines = (plan: readonly PlannedStep[]): string[] =>
  plan.map(
    ({step, state, detail = ''}) =>
      `  ${(state === 'done' ? `${titles[step]} ✓` : titles[step]).padEnd(24)}  ${detail}`,
  )

/** Lines that a release wrote before it failed, so that they stand below the steps. */
const lastLines = (asking: Asking, lines: readonly string[], name: string): void => {
  if (lines.length === 0) return
  asking.note(`${name}Its last ${lines.length === 1 ? 'line' : `${lines.length} lines`}:`)
  for (const line of lines) asking.note(`  ${line}`)
}

/**
 * Does one operation whose steps are shown.
 * @param steps those it has there, in their order
 * @throws what the operation throws; its report has the lines that a release wrote before it failed
 */
export const performShown = async <Name extends HostOperation>(
  session: HostSession,
  operation: Name,
  input: HostOperations[Name]['input'],
  {steps, signal, ...asking}: Asking & {steps: readonly DeployStep[]; signal: AbortSignal},
): Promise<HostOperations[Name]['output']> => {
  const shown = deploySteps.filter(step => steps.includes(step))
  // Several lists that are drawn anew would cover one another.
  const name = session.shared ? `${session.name}: ` : ''
  const view = openStepView(
    Object.fromEntries(shown.map(step => [step, `${name}${titles[step]}`])) as Record<DeployStep, string>,
    session.shared && asking.show === 'terminal' ? 'lines' : asking.show,
  )
  const lines: string[] = []
  const onEvent = (event: HostEvent): void => {
    if (event.type === 'log') lines.push(...event.lines)
    else if (shown.includes(event.step)) view.onStep(event)
  }
  try {
    return await session.perform(operation, input, {onEvent, signal})
  } catch (error) {
    if (lines.length === 0 || !isEssenceError(error)) throw error
    const {code, message, suggestions, cause} = error
    throw new EssenceError(code, message, {suggestions, cause, report: {log: lines}})
  } finally {
    await view.close()
    lastLines(asking, lines, name)
  }
}
