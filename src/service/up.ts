import {EssenceError} from '../kit/errors.ts'
import type {Health} from './health.ts'
import {type SupervisedService, type SupervisorEvent, supervise} from './supervisor.ts'
import type {ServiceSummary} from './supervisor-message.ts'

/** Where a service ended up when the start is over. */
export type Outcome =
  | {name: string; state: 'ready'; pid: number | undefined; startMs: number; summary: ServiceSummary}
  | {name: string; state: 'gave-up'; reason: string; exit: number; suggestions: string[]}

export interface UpOptions {
  /** The others use those that are `first`: they start once these listen, and end after them. */
  services: (SupervisedService & {first?: boolean})[]
  /** All that are `first` listen, at these addresses: what the others are to know can go into their environments now. */
  onFirst?: (urls: ReadonlyMap<string, string>) => void
  /** ms a service has to end after the first stop signal; then it is killed. */
  killAfterMs: number
  /** Of all together: ready once every service is, and as long as none is down. */
  health?: Health
  onEvent: (event: SupervisorEvent) => void
  /** The first stop signal came. */
  onDrain?: () => void
  /** Every service is ready or given up, for the first time. Not where the start has failed. */
  onStarted: (outcomes: Outcome[]) => void
}

/**
 * Runs all services until SIGINT or SIGTERM; a second signal kills what is left. Resolves after a clean stop.
 * @throws UNHEALTHY when one that the others use is given up at the start, or every one of the others
 */
export const runAll = async (options: UpOptions): Promise<void> => {
  const {services, killAfterMs, health, onEvent, onFirst = () => {}, onStarted, onDrain = () => {}} = options
  /** Of those that use others; the used ones are drained once these have ended. */
  const drain = new AbortController()
  const drainFirst = new AbortController()
  const force = new AbortController()
  const outcomes = new Map<string, Outcome>()
  const urls = new Map<string, string>()
  const results = (): Outcome[] => services.flatMap(({name}) => outcomes.get(name) ?? [])
  let announced = false
  let lost = false
  const first = services.filter(service => service.first)
  const others = services.filter(service => !service.first)
  const listening = Promise.withResolvers<void>()
  drain.signal.addEventListener('abort', () => listening.resolve(), {once: true})

  const onSignal = (): void => {
    if (!drain.signal.aborted) {
      onDrain()
      drain.abort()
      return
    }
    drainFirst.abort()
    force.abort()
  }
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal)
  drain.signal.addEventListener('abort', () => void health?.drain(drain.signal), {once: true})
  const fail = (): void => {
    if (!drain.signal.aborted) lost = true
    drain.abort()
  }

  const heard = (event: SupervisorEvent): void => {
    onEvent(event)
    const {type, name} = event
    const url = type === 'listening' ? event.url : type === 'ready' ? event.summary.url : undefined
    if (url !== undefined) urls.set(name, url)
    if (type === 'ready') {
      health?.set(name, {status: 'healthy'})
      const {pid, startMs, summary} = event
      outcomes.set(name, {name, state: 'ready', pid, startMs, summary})
    } else if (type === 'gave-up') {
      const {reason, exit, suggestions} = event
      health?.set(name, {status: 'unhealthy', detail: reason})
      outcomes.set(name, {name, state: 'gave-up', reason, exit, suggestions})
      // Without it the others cannot become ready.
      if (!announced && first.some(service => service.name === name)) fail()
    } else if (type === 'restarting') {
      health?.set(name, {status: 'unhealthy', detail: event.reason})
      // It was ready, and is not any more.
      outcomes.delete(name)
    }
    if (first.every(service => urls.has(service.name) || outcomes.has(service.name))) listening.resolve()
    if (announced || outcomes.size < services.length || drain.signal.aborted) return
    // Where each of the others was given up, the start has failed.
    if (others.length > 0 && others.every(service => outcomes.get(service.name)?.state === 'gave-up')) return
    announced = true
    void health?.ready()
    onStarted(results())
  }

  const run = (service: SupervisedService, {signal}: AbortController): Promise<void> =>
    supervise(service, {onEvent: heard, signal, force: force.signal, killAfterMs})
  const runOthers = async (): Promise<void> => {
    if (first.length > 0) await listening.promise
    if (!drain.signal.aborted) {
      onFirst(urls)
      await Promise.all(others.map(service => run(service, drain)))
      // What the others were to use is of no use alone.
      if (others.length > 0) fail()
    }
    if (drain.signal.aborted) drainFirst.abort()
    else drain.signal.addEventListener('abort', () => drainFirst.abort(), {once: true})
  }

  try {
    await Promise.all([...first.map(service => run(service, drainFirst)), runOthers()])
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal)
  }
  if (drain.signal.aborted && !lost) return
  const report = {services: results()}
  const given = report.services.filter(outcome => outcome.state === 'gave-up')
  const reasons = given.map(({name, reason}) => `${name}: ${reason}`)
  const what = announced ? 'No service is left running.' : 'June could not start.'
  throw new EssenceError('UNHEALTHY', `${what} ${reasons.join(' · ')}`, {
    suggestions: [...new Set(given.flatMap(({suggestions}) => suggestions)), 'Ask for a diagnosis: essence doctor'],
    report,
  })
}
