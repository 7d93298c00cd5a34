import {EssenceError} from '../kit/errors.ts'
import type {Health} from './health.ts'
import type {ServiceSummary} from './run-service.ts'
import {type SupervisedService, type SupervisorEvent, supervise} from './supervisor.ts'

/** Where a service ended up when the start is over. */
export type Outcome =
  | {name: string; state: 'ready'; pid: number | undefined; startMs: number; summary: ServiceSummary}
  | {name: string; state: 'gave-up'; reason: string; exit: number}

export interface UpOptions {
  /** Those that are `first` are started before the others, which then use them. */
  services: (SupervisedService & {first?: boolean})[]
  /** All that are `first` are ready or given up: what the others are to know can go into their environments now. */
  onFirst?: (outcomes: Outcome[]) => void
  /** ms a service has to end after the first stop signal; then it is killed. */
  killAfterMs: number
  /** Of all together: ready once every service is, and as long as none is down. */
  health?: Health
  onEvent: (event: SupervisorEvent) => void
  /** Every service is ready or given up, for the first time. */
  onStarted: (outcomes: Outcome[]) => void
}

/**
 * Runs all services until SIGINT or SIGTERM; a second signal kills what is left. Resolves after a clean stop.
 * @throws UNHEALTHY when every service was given up, or every one but those that the others use
 */
export const runAll = async ({
  services,
  killAfterMs,
  health,
  onEvent,
  onFirst = () => {},
  onStarted,
}: UpOptions): Promise<void> => {
  const drain = new AbortController()
  const force = new AbortController()
  const outcomes = new Map<string, Outcome>()
  let announced = false
  let lost = false
  const first = services.filter(service => service.first)
  const firstSettled = Promise.withResolvers<void>()
  drain.signal.addEventListener('abort', () => firstSettled.resolve(), {once: true})
  const outcomesOf = (some: readonly SupervisedService[]): Outcome[] =>
    some.flatMap(({name}) => outcomes.get(name) ?? [])

  const onSignal = (): void => (drain.signal.aborted ? force : drain).abort()
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal)
  drain.signal.addEventListener('abort', () => void health?.drain(drain.signal), {once: true})

  const heard = (event: SupervisorEvent): void => {
    onEvent(event)
    if (event.type === 'ready') health?.set(event.name, {status: 'healthy'})
    if (event.type === 'restarting' || event.type === 'gave-up') {
      health?.set(event.name, {status: 'unhealthy', detail: event.reason})
    }
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
    if (outcomesOf(first).length === first.length) firstSettled.resolve()
    if (announced || outcomes.size < services.length || drain.signal.aborted) return
    announced = true
    void health?.ready()
    onStarted(outcomesOf(services))
  }

  const run = (service: SupervisedService): Promise<void> =>
    supervise(service, {onEvent: heard, signal: drain.signal, force: force.signal, killAfterMs})
  const runOthers = async (): Promise<void> => {
    if (first.length > 0) await firstSettled.promise
    if (drain.signal.aborted) return
    onFirst(outcomesOf(first))
    await Promise.all(services.filter(service => !service.first).map(run))
    // What the others were to use is of no use alone.
    if (drain.signal.aborted || first.length === services.length) return
    lost = true
    drain.abort()
  }

  try {
    await Promise.all([...first.map(run), runOthers()])
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal)
  }
  if (drain.signal.aborted && !lost) return
  const reasons = [...outcomes.values()].flatMap(outcome =>
    outcome.state === 'gave-up' ? [`${outcome.name}: ${outcome.reason}`] : [],
  )
  throw new EssenceError('UNHEALTHY', `No service is left running. ${reasons.join(' · ')}`, {
    suggestions: ['Mend what is named above, then start again.', 'Ask for a diagnosis: essence doctor'],
  })
}
