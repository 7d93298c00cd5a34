import {endBy} from '../kit/cancel.ts'
import {EssenceError} from '../kit/errors.ts'
import type {Health} from './health.ts'
import type {Log} from './log.ts'

/** A long-running service: `start` (everything warm), then work until told to stop, `drain`, `close`. */
export interface Service {
  /**
   * Resolves when the service takes work. What it returns is told to a supervisor and printed.
   * @param fail ends the service as a stop signal does, and `runService` with this error: what cannot go on while it runs
   */
  start(signal: AbortSignal, fail: (error: unknown) => void): Promise<ServiceSummary>
  /** Takes no new work and finishes what runs; when the signal aborts, what runs is cancelled, kept for the next start. */
  drain(deadline: AbortSignal): Promise<void>
  /** Releases everything; also called after a failed start. */
  close(): Promise<void>
}

/** What a service says of itself once it is up. */
export interface ServiceSummary {
  name: string
  /** Where people reach it, if they do. */
  address?: string
  /** Where other services of June reach it, if they do: `grpc://127.0.0.1:50052`. */
  url?: string
  /** `stt: whisper.cpp large-v3-turbo on cuda` …, for the summary of `essence up`. */
  lines: string[]
  /** What is missing or only a demonstration, each with the command that mends it. */
  notices: string[]
}

/** What a supervised service sends its supervisor over the IPC channel. */
export interface ReadyMessage {
  type: 'ready'
  summary: ServiceSummary
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
 * process at once, as if nobody handled it. Resolves after a clean stop.
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
    stop('an error')
  }
  const onSignal = (name: 'SIGINT' | 'SIGTERM'): void => {
    if (stopped.signal.aborted) endBy(name)
    stop(name)
  }
  const onDisconnect = (): void => stop('the end of its supervisor')
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal)
  if (process.connected) process.once('disconnect', onDisconnect)
  // A supervisor that died while this process was still loading its code.
  else if (process.send) onDisconnect()
  // Signal handlers alone do not keep a process alive, and a service may hold no socket or timer.
  const alive = setInterval(() => {}, 2 ** 30)

  try {
    const summary = await service.start(stopped.signal, fail)
    if (!stopped.signal.aborted) {
      health.phase = 'ready'
      log.info({address: summary.address}, 'ready')
      onReady?.(summary)
      // A supervisor that died meanwhile is no error here; its closed channel stops this service.
      process.send?.({type: 'ready', summary} satisfies ReadyMessage, undefined, undefined, () => {})
      await new Promise<void>(resolve => {
        if (stopped.signal.aborted) resolve()
        else stopped.signal.addEventListener('abort', () => resolve(), {once: true})
      })
    }
    health.phase = 'draining'
    log.info({drainMs}, `draining: ${(stopped.signal.reason as Error).message}`)
    await service.drain(AbortSignal.timeout(drainMs))
  } catch (error) {
    // A start that was interrupted is a stop, not a failure.
    if (!stopped.signal.aborted || health.phase === 'ready') throw error
  } finally {
    clearInterval(alive)
    await service.close()
    process.off('SIGTERM', onSignal).off('SIGINT', onSignal).off('disconnect', onDisconnect)
    // An open IPC channel would keep the process alive.
    if (process.connected) process.disconnect()
  }
  log.info('stopped')
  if (failure) throw failure.error
}
