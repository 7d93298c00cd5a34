import {busyError, EssenceError, throwIfCancelled} from '../../kit/errors.ts'

/** A final goes before every interim, and preempts one that is under way. */
export type WindowKind = 'final' | 'interim'

/** One request's share of an engine that computes one thing at a time. */
export interface Slot {
  /** Aborted when the request is, when it has ended, and when the engine closes; the reason is the error to throw. */
  readonly signal: AbortSignal
  /**
   * Runs work when it is next: requests are served one after the other, window by window.
   * An abort rejects at once; work under way sees it by its signal, and the next does not begin before it has settled.
   * @param withdrawn aborting drops this work, whether it waits or is under way, and keeps the slot
   * @throws CANCELLED (the request, an interim that was preempted, withdrawn work), ENGINE_UNAVAILABLE (closed), and what the work
   * throws
   */
  run<T>(kind: WindowKind, work: (signal: AbortSignal) => Promise<T>, withdrawn?: AbortSignal): Promise<T>
  /** Drops what is waiting or under way, and gives back the slot. May be called again. */
  end(): void
}

export interface EngineScheduler {
  /**
   * @param idle the request counts as busy only while it has something to run; else until it ends
   * @throws CANCELLED, ENGINE_BUSY, ENGINE_UNAVAILABLE (closed)
   */
  begin(options: {signal?: AbortSignal | undefined; idle?: boolean}): Slot
  /** Rejects everything waiting or under way; resolves when nothing runs any more. */
  close(): Promise<void>
}

interface Job {
  kind: WindowKind
  run(): Promise<void>
  fail(error: EssenceError): void
}

interface QueuedRequest {
  idle: boolean
  waiting: Job[]
  running?: Job | undefined
  stop(error: EssenceError): void
}

/**
 * No semaphore, because it knows priorities: a final goes before every interim, and preempts one that is under way.
 * @param name what errors call it: "The speech recogniser"
 * @param limit how many requests may be busy at once, waiting ones included
 */
export const openEngineScheduler = (name: string, limit: number): EngineScheduler => {
  /** In the order in which they are served next. */
  const requests: QueuedRequest[] = []
  let running: Job | undefined
  let settled = Promise.resolve()
  let closed = false

  const closedError = (): EssenceError => new EssenceError('ENGINE_UNAVAILABLE', `${name} has been closed.`)

  const admit = (signal: AbortSignal | undefined): void => {
    throwIfCancelled(signal)
    if (closed) throw closedError()
    const busy = requests.filter(({idle, waiting, running: own}) => !idle || own || waiting.length > 0).length
    if (busy >= limit) throw busyError(name, limit)
  }

  const next = (): void => {
    if (running) return
    const request = nextOf('final') ?? nextOf('interim')
    const job = request?.waiting.shift()
    if (!request || !job) return
    running = job
    request.running = job
    settled = job.run().then(() => {
      running = undefined
      request.running = undefined
      // Behind all that arrived meanwhile, unless it has ended.
      const index = requests.indexOf(request)
      if (index !== -1) requests.push(...requests.splice(index, 1))
      next()
    })
  }
  const nextOf = (kind: WindowKind): QueuedRequest | undefined =>
    requests.find(({waiting}) => waiting[0]?.kind === kind)

  const runIn = <T>(
    request: QueuedRequest,
    kind: WindowKind,
    work: (signal: AbortSignal) => Promise<T>,
    withdrawn?: AbortSignal,
  ): Promise<T> =>
    new Promise((resolve, reject) => {
      const stop = new AbortController()
      const job: Job = {
        kind,
        run: async () => {
          try {
            resolve(await work(stop.signal))
          } catch (error) {
            reject(error)
          }
        },
        fail: error => {
          reject(error)
          stop.abort(error)
        },
      }
      const withdraw = (): void => {
        const index = request.waiting.indexOf(job)
        if (index !== -1) request.waiting.splice(index, 1)
        job.fail(new EssenceError('CANCELLED', 'It is not wanted any more.'))
      }
      withdrawn?.addEventListener('abort', withdraw, {once: true})
      // Its own interims are superseded, too.
      if (kind === 'final') for (const interim of request.waiting.splice(0)) interim.fail(preempted())
      request.waiting.push(job)
      if (kind === 'final' && running?.kind === 'interim') running.fail(preempted())
      next()
    })

  return {
    begin({signal, idle = false}) {
      admit(signal)
      const stopped = new AbortController()
      const onAbort = (): void => request.stop(new EssenceError('CANCELLED', 'Cancelled.', {cause: signal?.reason}))
      const request: QueuedRequest = {
        idle,
        waiting: [],
        stop(error) {
          signal?.removeEventListener('abort', onAbort)
          const index = requests.indexOf(request)
          if (index !== -1) requests.splice(index, 1)
          stopped.abort(error)
          for (const job of [...request.waiting.splice(0), ...(request.running ? [request.running] : [])])
            job.fail(error)
        },
      }
      signal?.addEventListener('abort', onAbort, {once: true})
      requests.push(request)
      return {
        signal: stopped.signal,
        async run(kind, work, withdrawn) {
          if (stopped.signal.aborted) throw stopped.signal.reason
          throwIfCancelled(withdrawn)
          return await runIn(request, kind, work, withdrawn)
        },
        end: () => request.stop(new EssenceError('CANCELLED', 'Cancelled.')),
      }
    },
    async close() {
      closed = true
      for (const request of [...requests]) request.stop(closedError())
      await settled
    },
  }
}

const preempted = (): EssenceError => new EssenceError('CANCELLED', 'An interim result was preempted by a final one.')
