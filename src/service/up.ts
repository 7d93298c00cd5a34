import {EssenceError} from '../kit/errors.ts'
import type {ServiceSummary} from './run-service.ts'
import {type SupervisedService, type SupervisorEvent, supervise} from './supervisor.ts'

/** Where a service ended up when the start is over. */
export type Outcome =
  | {name: string; state: 'ready'; pid: number | undefined; startMs: number; summary: ServiceSummary}
  | {name: string; state: 'gave-up'; reason: string; exit: number}

export interface UpOptions {
  services: SupervisedService[]
  /** ms a service has to end after the first stop signal; then it is killed. */
  killAfterMs: number
  onEvent: (event: SupervisorEvent) => void
  /** Every service is ready or given up, for the first time. */
  onStarted: (outcomes: Outcome[]) => void
}

/**
 * Runs all services until SIGINT or SIGTERM; a second signal kills what is left. Resolves after a clean stop.
 * @throws UNHEALTHY when every service was given up
 */
export const runAll = async ({services, killAfterMs, onEvent, onStarted}: UpOptions): Promise<void> => {
  const drain = new AbortController()
  const force = new AbortController()
  const outcomes = new Map<string, Outcome>()
  let announced = false

  const onSignal = (): void => (drain.signal.aborted ? force : drain).abort()
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal)

  const heard = (event: SupervisorEvent): void => {
    onEvent(event)
    if (event.type === 'ready') {
      const {name, pid, startMs, summary} = event
      outcomes.set(name, {name, state: 'ready', pid, startMs, summary})
    } else if (event.type === 'gave-up') {
      const {name, reason, exit} = event
      outcomes.set(name, {name, state: 'gave-up', reason, exit})
    } else if (event.type === 'restarting') {
      // It was ready, and is not any more.
      outcomes.delete(event.name)
    }
    if (announced || outcomes.size < services.length || drain.signal.aborted) return
    announced = true
    onStarted(services.flatMap(({name}) => outcomes.get(name) ?? []))
  }

  try {
    await Promise.all(
      services.map(service =>
        supervise(service, {onEvent: heard, signal: drain.signal, force: force.signal, killAfterMs}),
      ),
    )
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal)
  }
  if (drain.signal.aborted) return
  const reasons = [...outcomes.values()].flatMap(outcome =>
    outcome.state === 'gave-up' ? [`${outcome.name}: ${outcome.reason}`] : [],
  )
  throw new EssenceError('UNHEALTHY', `No service is left running. ${reasons.join(' · ')}`, {
    suggestions: ['Mend what is named above, then start again.', 'Ask for a diagnosis: essence doctor'],
  })
}
