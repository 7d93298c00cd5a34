import type {Server} from 'node:http'
import {endBy} from '../kit/cancel.ts'
import {EssenceError, messageOf} from '../kit/errors.ts'
import {redact} from '../kit/secret.ts'
import type {Health} from './health.ts'
import {serveHealth} from './health-socket.ts'
import type {Log} from './log.ts'
import {
  type ComingModels,
  type Listening,
  type ServiceSummary,
  type SupervisorOrder,
  tellFailure,
  tellSupervisor,
} from './supervisor-message.ts'

export type {ComingModels, ServiceSummary} from './supervisor-message.ts'

import {watchThreadPool} from './thread-pool-watch.ts'

/** A long-running service: `start` (everything warm), then work until told to stop, `drain`, `close`. */
export interface Service {
  /**
   * Resolves when the service takes work. What it returns is told to a supervisor and printed.
   * @param fail ends the service as a stop signal does, and `runService` with this error: what cannot go on while it runs
   * @param listening to be called once it can be reached, where it then takes its time to load
   */
  start(
    signal: AbortSignal,
    fail: (error: unknown) => void,
    listening?: (where: Listening) => void,
  ): Promise<ServiceSummary>
  /**
   * Takes no new work and finishes what runs; when the signal aborts, what runs is cancelled, kept for the next start.
   * @param quiet resolves when no client can ask anything more: connections that were open are answered until then
   */
  drain(deadline: AbortSignal, quiet?: Promise<void>): Promise<void>
  /**
   * Models were installed: puts them in the place of what runs, without an end to that. Where they cannot be opened it goes on as
   * before, and this rejects. What it returns is told as after the start.
   */
  reopen?: ((signal: AbortSignal) => Promise<ServiceSummary>) | undefined
  /** Models are on their way, or not any more: for channels that show it. */
  showModels?(models: ComingModels | undefined): void
  /** Releases everything; also called after a failed start. */
  close(): Promise<void>
}

export interface RunOptions {
  log: Log
  health: Health
  /** ms that work in progress has to end after the first stop signal. */
  drainMs: number
  onReady?: (summary: ServiceSummary) => void
}

/**
 * Runs a service until SIGTERM, SIGINT or the loss of its supervisor. The first signal drains, a second one ends the
 * process at once, as an unhandled one does. Resolves after a clean stop.
 * @throws what the service throws, at its start or by `fail`
 */
export const runService = async (service: Service, {log, health, drainMs, onReady}: RunOptions): Promise<void> => {
  const stopped = new AbortController()
  const stop = (why: string): void => {
    if (stopped.signal.aborted) return
    stopped.abort(new EssenceError('CANCELLED', `Stopped by ${why}.`))
  }
  let failure: {error: unknown} | undefined
  const fail = (error: unknown): void => {
    failure ??= {error}
    tellFailure(error)
    stop('an error')
  }
  let signals = 0
  const onSignal = (name: 'SIGINT' | 'SIGTERM'): void => {
    signals++
    // One that comes after the loss of the supervisor is the first all the same: of the next supervisor.
    if (signals > 1) endBy(name)
    // At a terminal somebody waits for the prompt.
    stop(name === 'SIGINT' ? `${name}; what has begun is finished, and Ctrl-C again ends it at once` : name)
  }
  const onDisconnect = (): void => stop('the end of its supervisor')
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal)
  if (process.connected) process.once('disconnect', onDisconnect)
  // A supervisor that died while this process was still loading its code.
  else if (process.send) onDisconnect()
  // Signal handlers alone do not keep a process alive, and a service may hold no socket or timer.
  const alive = setInterval(() => {}, 2 ** 30)
  /** Whether the service takes work, once that is known. */
  const started = Promise.withResolvers<boolean>()
  let reopening = Promise.resolve()
  const reopen = async (): Promise<void> => {
    if (!(await started.promise) || !service.reopen || stopped.signal.aborted) return
    try {
      tellSupervisor({type: 'reopened', summary: await service.reopen(stopped.signal)})
    } catch (error) {
      if (stopped.signal.aborted) return
      log.error({err: error}, 'what was installed cannot be opened')
      tellSupervisor({type: 'kept', reason: redact(messageOf(error))})
    }
  }
  const onOrder = (order: SupervisorOrder): void => {
    if (order.type === 'models') service.showModels?.(order.models ?? undefined)
    else reopening = reopening.then(reopen)
  }
  process.on('message', onOrder)
  let healthServer: Server | undefined
  const endWatch = watchThreadPool(health)

  try {
    healthServer = await serveHealth(health)
    const listening = (where: Listening): void => tellSupervisor({type: 'listening', ...where})
    const summary = await service.start(stopped.signal, fail, listening)
    if (!stopped.signal.aborted) {
      await health.ready()
      log.info({address: summary.address}, 'ready')
      onReady?.(summary)
      tellSupervisor({type: 'ready', summary, reopens: service.reopen !== undefined})
      started.resolve(true)
      await new Promise<void>(resolve => {
        if (stopped.signal.aborted) resolve()
        else stopped.signal.addEventListener('abort', () => resolve(), {once: true})
      })
    }
    log.info({drainMs}, `draining: ${(stopped.signal.reason as Error).message}`)
    const deadline = AbortSignal.timeout(drainMs)
    const quiet = health.drain(deadline)
    await Promise.all([quiet, service.drain(deadline, quiet)])
  } catch (error) {
    // A start that was interrupted is a stop, not a failure.
    if (!stopped.signal.aborted || health.phase === 'ready') {
      tellFailure(error)
      throw error
    }
  } finally {
    clearInterval(alive)
    endWatch()
    process.off('message', onOrder)
    started.resolve(false)
    await reopening
    await service.close()
    healthServer?.close()
    process.off('SIGTERM', onSignal).off('SIGINT', onSignal).off('disconnect', onDisconnect)
    // An open IPC channel would keep the process alive.
    if (process.connected) process.disconnect()
  }
  log.info('stopped')
  if (failure) throw failure.error
}
