// What machines do for a command, and how it is shown meanwhile.
import {EssenceError, isEssenceError} from '../../kit/errors.ts'
import {type DeployStep, deploySteps, type HostEvent} from '../../release/host/events.ts'
import type {HostSession} from '../../release/host-session.ts'
import type {HostOperation, HostOperations} from '../../release/operations/port.ts'
import {openStepView, type StepViewKind} from '../step-view.ts'
import {type Answer, onHosts} from './ask-hosts.ts'
import type {HostChoice} from './open-hosts.ts'

/** What a command shows, and how. */
export interface Asking {
  show: StepViewKind
  /** Notices for people. */
  note: (line: string) => void
}

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

/** Steps of the operations that change which process serves, as far as they can be seen. */
const operationSteps = {
  start: ['lock', 'environment', 'start', 'health', 'settle', 'switch'],
  restart: ['lock', 'environment', 'start', 'health', 'settle', 'switch', 'drain'],
  rollback: ['lock', 'files', 'environment', 'start', 'health', 'settle', 'switch', 'drain'],
  stop: ['lock', 'drain'],
  undeploy: ['lock', 'drain'],
} as const satisfies Partial<Record<HostOperation, readonly DeployStep[]>>

/**
 * Does one operation on each machine that the flags name, its steps shown.
 * @param asking.before what comes before it on each, while none is changed yet
 * @throws the first failure, its report telling of every machine
 */
export const operate = <Name extends keyof typeof operationSteps>(
  choice: HostChoice,
  operation: Name,
  input: HostOperations[Name]['input'],
  {before, ...asking}: Asking & {before?: (session: HostSession) => Promise<void>},
): Promise<Answer<HostOperations[Name]['output']>[]> =>
  onHosts(
    choice,
    (session, signal) => performShown(session, operation, input, {steps: operationSteps[operation], signal, ...asking}),
    before,
  )
