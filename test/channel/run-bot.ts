import type {Service} from '@essence/core/service/run-service'
import {onTestFinished} from 'vitest'

/** Starts a service in this process; it is stopped when the test ends. */
export const runBot = (service: Service) => {
  const abort = new AbortController()
  const fatal: unknown[] = []
  let stopped: Promise<void> | undefined
  /** @param deadline aborted at once: running turns are cancelled */
  const stop = (deadline: AbortSignal = new AbortController().signal): Promise<void> => {
    abort.abort()
    stopped ??= service.drain(deadline).finally(() => service.close())
    return stopped
  }
  onTestFinished(() => stop(AbortSignal.abort()))
  const starting = service.start(abort.signal, error => void fatal.push(error))
  starting.catch(() => undefined)
  return {abort, stop, starting, fatal}
}
