import {type ErrorCode, isEssenceError, messageOf} from '../../kit/errors.ts'
import {backoffMs} from '../../kit/flow/backoff.ts'
import {retry} from '../../kit/flow/retry.ts'
import type {Health} from '../health.ts'
import type {Log} from '../log.ts'

export interface EngineWatchOptions {
  health: Health
  log: Log
  /** What the engine is, for a health that has nothing else to tell. */
  detail: () => string
  /** Uses the engine as a call would; what it throws says that the engine is not back. */
  probe: (signal: AbortSignal) => Promise<void>
  /** Called when the engine turns out not to come back by itself, and when it is back. */
  onChange: (healthy: boolean) => void
  /** Ends the service: what has failed so often in this process, as a broken CUDA context does, only a new one mends. */
  giveUp: (error: unknown) => void
  /** ms before the next try, after so many failures in a row. Default: half a second, doubled each time, up to 30 s. */
  pauseMs?: (failures: number) => number
}

/** Failures that say something of the engine, not of the call. Errors that are not ours are faults, so they count too. */
const ofTheEngine: readonly ErrorCode[] = ['ENGINE_FAILED', 'MODEL_MISSING', 'MODEL_INVALID', 'BUG']

/** Tries that fail in a row, over about two minutes, after which the process is given up. */
const hopelessAfter = 8

/** What an engine's failures mean for the health of its service. */
export class EngineWatch {
  readonly #options: EngineWatchOptions
  readonly #closing = new AbortController()
  #mending: Promise<void> | undefined

  constructor(options: EngineWatchOptions) {
    this.#options = options
    this.#tellHealthy()
  }

  /** The engine is another one now, as warm as the first was. */
  replaced(): void {
    // One that is being mended is told of once it works.
    if (!this.#mending) this.#tellHealthy()
  }

  /**
   * A call failed. Where that may be the engine's fault, health says `degraded` and the engine is tried at once (one whose
   * thread ended is loaded again by that); should that fail, `unhealthy`, until a later try succeeds. An engine that fails
   * again and again is given up; a model that is missing or damaged is waited for: a new process would not find it either.
   */
  failed(error: unknown): void {
    if (isEssenceError(error) && !ofTheEngine.includes(error.code)) return
    if (this.#mending || this.#closing.signal.aborted) return
    this.#options.health.set('engine', {status: 'degraded', detail: messageOf(error)})
    this.#mending = this.#mend().finally(() => {
      this.#mending = undefined
    })
  }

  async #mend(): Promise<void> {
    const {health, log, probe, onChange, giveUp, pauseMs = failures => backoffMs(failures, 500, 30_000)} = this.#options
    const {signal} = this.#closing
    let faults = 0
    const hopeful = (error: unknown): boolean => {
      // One that is busy works; whether it fails is not known yet.
      if (isEssenceError(error) && error.code === 'ENGINE_BUSY') return true
      health.set('engine', {status: 'unhealthy', detail: messageOf(error)})
      onChange(false)
      log.error({err: error}, 'the engine does not work')
      faults = isEssenceError(error) && error.code !== 'ENGINE_FAILED' ? 0 : faults + 1
      return faults < hopelessAfter
    }
    try {
      await retry(() => probe(signal), {pause: pauseMs, retryable: hopeful, signal})
    } catch (error) {
      if (!signal.aborted) giveUp(error)
      return
    }
    this.#tellHealthy()
    onChange(true)
    log.info('the engine works again')
  }

  #tellHealthy(): void {
    const {health, detail} = this.#options
    health.set('engine', {status: 'healthy', detail: detail()})
  }

  /** Stops trying; call it before the engine is closed. */
  async close(): Promise<void> {
    this.#closing.abort()
    await this.#mending
  }
}
