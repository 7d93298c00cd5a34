import {EssenceError} from '../kit/errors.ts'
import {type PlannedService, shareAddresses} from '../service/plan-services.ts'
import {type SupervisorEvent, supervise} from '../service/supervisor.ts'
import type {ServiceSummary} from '../service/supervisor-message.ts'

/** A service that runs; its addresses change where it is started again. */
export interface StartedService {
  name: string
  url: string | undefined
  address: string | undefined
  health: string | undefined
  startMs: number
  summary: ServiceSummary
}

/** A service that ended by itself after it was ready. */
export interface Death {
  name: string
  reason: string
}

export interface StartedServices extends AsyncDisposable {
  services: ReadonlyMap<string, StartedService>
  /** Those that ended meanwhile; they were started again. */
  deaths: readonly Death[]
}

export interface StartOptions {
  services: readonly PlannedService[]
  /** ms within which each has to be ready. */
  readyMs: number
  /** ms each has to end; then it is killed. */
  killAfterMs: number
  signal: AbortSignal
  onProgress: (message: string) => void
  /** Each line that a service writes. */
  onLine?: ((name: string, line: string) => void) | undefined
}

/**
 * Starts services for a test, as `essence up` starts them, and waits until every one is ready; those that others use first.
 * Disposing stops them, the used ones last.
 * @throws UNHEALTHY where one ends before it is ready, or is not ready in time; CANCELLED. All are stopped then.
 */
export const startServices = async (options: StartOptions): Promise<StartedServices> => {
  const {signal, onProgress} = options
  const started = new Map<string, StartedService>()
  const deaths: Death[] = []
  const first = openPhase({...options, started, deaths}, true)
  const others = openPhase({...options, started, deaths}, false)
  const stop = async (): Promise<void> => {
    await others.stop()
    await first.stop()
  }
  try {
    for (const phase of [first, others]) {
      if (phase.names.length > 0) onProgress(`starting ${phase.names.join(', ')}`)
      await phase.start()
      signal.throwIfAborted()
    }
  } catch (error) {
    await stop()
    if (signal.aborted) throw signal.reason
    throw error
  }
  return {services: started, deaths, [Symbol.asyncDispose]: stop}
}

interface Phase extends StartOptions {
  started: Map<string, StartedService>
  deaths: Death[]
}

const openPhase = ({services, started, deaths, signal, readyMs, killAfterMs, onLine}: Phase, isFirst: boolean) => {
  const mine = services.filter(({first}) => first === isFirst)
  const [stop, force] = [new AbortController(), new AbortController()]
  let ended: Promise<unknown> = Promise.resolve()

  /** Runs one; resolves once it is ready. */
  const run = (service: PlannedService): {ready: Promise<void>; ended: Promise<void>} => {
    const {name} = service
    const {promise: ready, resolve, reject} = Promise.withResolvers<void>()
    const at: Pick<StartedService, 'url' | 'address' | 'health'> = {
      url: undefined,
      address: undefined,
      health: undefined,
    }
    const notReady = (reason: string, suggestions: string[] = []): void =>
      reject(new EssenceError('UNHEALTHY', `The service ${name} could not be started: ${reason}`, {suggestions}))
    const onEvent = (event: SupervisorEvent): void => {
      if (event.type === 'line') onLine?.(name, event.line)
      else if (event.type === 'listening') {
        const {url, address, health} = event
        Object.assign(at, {url, address, health})
        Object.assign(started.get(name) ?? {}, at)
      } else if (event.type === 'ready') {
        const {summary, startMs} = event
        Object.assign(at, {url: summary.url ?? at.url, address: summary.address ?? at.address})
        started.set(name, {name, ...at, startMs, summary})
        resolve()
      } else if (event.type === 'restarting' || event.type === 'gave-up') {
        if (started.has(name)) deaths.push({name, reason: event.reason})
        else notReady(event.reason, event.type === 'gave-up' ? event.suggestions : [])
      }
    }
    const timer = setTimeout(() => notReady(`it is not ready after ${Math.round(readyMs / 1000)} s.`), readyMs)
    const onAbort = (): void => reject(signal.reason)
    signal.addEventListener('abort', onAbort, {once: true})
    const over = supervise(service, {onEvent, signal: stop.signal, force: force.signal, killAfterMs})
    return {
      ready: ready.finally(() => {
        clearTimeout(timer)
        signal.removeEventListener('abort', onAbort)
      }),
      ended: over,
    }
  }

  return {
    names: mine.map(({name}) => name),
    async start(): Promise<void> {
      const runs = mine.map(run)
      ended = Promise.all(runs.map(one => one.ended))
      await Promise.all(runs.map(one => one.ready))
      if (isFirst) shareAddresses(services, new Map([...started].map(([name, {url}]) => [name, url ?? ''])))
    },
    async stop(): Promise<void> {
      stop.abort()
      await ended
    },
  }
}
