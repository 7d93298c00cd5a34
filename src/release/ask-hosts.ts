// Asks machines for something, and shows what they do meanwhile.
import {withCancel} from '../kit/cancel.ts'
import {
  type DeployStep,
  deploySteps,
  type HostEvent,
  type HostOperation,
  type HostOperations,
} from './host/operations.ts'
import {type HostChoice, openSessions} from './host-flags.ts'
import type {HostSession} from './host-session.ts'
import {openStepView, type StepViewKind} from './show-steps.ts'

/** ms to undo what a cancelled operation began: a new release has to be ended. */
const undoMs = 60_000

/** What a command shows, and how. */
export interface Asking {
  show: StepViewKind
  /** Notices for people. */
  note: (line: string) => void
}

/** What one machine answered, for `--json`. */
export type Answer<T> = {host: string} & T

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

/**
 * Does something on each machine that the flags name, one after the other; what fails on one is not begun on the next.
 * Ctrl-C cancels it.
 */
export const onHosts = <T>(
  choice: HostChoice,
  work: (session: HostSession, signal: AbortSignal) => Promise<T>,
): Promise<Answer<T>[]> =>
  withCancel(
    async signal => {
      const sessions = await openSessions(choice)
      try {
        const answers: Answer<T>[] = []
        for (const session of sessions) answers.push({host: session.name, ...(await work(session, signal))})
        return answers
      } finally {
        await Promise.all(sessions.map(session => session.close()))
      }
    },
    undefined,
    undoMs,
  )

/** Lines that a release wrote before it failed, so that they stand below the steps. */
const lastLines = (asking: Asking, lines: readonly string[]): void => {
  if (lines.length === 0) return
  asking.note(`Its last ${lines.length === 1 ? 'line' : `${lines.length} lines`}:`)
  for (const line of lines) asking.note(`  ${line}`)
}

/**
 * Does one operation whose steps are shown.
 * @param steps those it has there, in their order
 */
export const performShown = async <Name extends HostOperation>(
  session: HostSession,
  operation: Name,
  input: HostOperations[Name]['input'],
  {steps, signal, ...asking}: Asking & {steps: readonly DeployStep[]; signal: AbortSignal},
): Promise<HostOperations[Name]['output']> => {
  const shown = deploySteps.filter(step => steps.includes(step))
  const view = openStepView(
    Object.fromEntries(shown.map(step => [step, titles[step]])) as Record<DeployStep, string>,
    asking.show,
  )
  const lines: string[] = []
  const onEvent = (event: HostEvent): void => {
    if (event.type === 'log') lines.push(...event.lines)
    else if (shown.includes(event.step)) view.onStep(event)
  }
  try {
    return await session.perform(operation, input, {onEvent, signal})
  } finally {
    await view.close()
    lastLines(asking, lines)
  }
}
