import {setTimeout as pause} from 'node:timers/promises'
import {messageOf} from '../../../kit/errors.ts'
import {type RestartOptions, RestartPolicy} from '../../../kit/process/restart-policy.ts'
import type {SupervisedState} from '../../host/control.ts'
import type {ServiceLogs} from '../logs/service-logs.ts'
import {writePidRecord} from './pid-record.ts'
import type {ReleasePlan} from './release-plan.ts'
import type {ReleaseProcess} from './release-process.ts'

export interface SupervisedReleaseOptions {
  plan: ReleasePlan
  start: (plan: ReleasePlan) => ReleaseProcess
  /** The process that serves already, proven; otherwise one is started. */
  running?: ReleaseProcess | undefined
  pidFile: string
  logs: ServiceLogs
  restart?: RestartOptions | undefined
  /** It will not be started again. */
  onGaveUp: () => void
}

/** More attempts than `essence up` makes: at boot, a database or a network may take minutes. */
const restartDefaults: RestartOptions = {maxQuickEnds: 10}

/** One release, kept running: started again when it ends by itself, until it ended quickly too often. */
export class SupervisedRelease {
  readonly plan: ReleasePlan
  readonly #options: SupervisedReleaseOptions
  readonly #stopping = new AbortController()
  readonly #policy: RestartPolicy
  readonly #over: Promise<void>
  #process: ReleaseProcess | undefined
  #state: SupervisedState['state']
  #restarts = 0
  #lastEnd: string | undefined

  constructor(options: SupervisedReleaseOptions) {
    this.plan = options.plan
    this.#options = options
    this.#process = options.running
    this.#state = options.running ? 'ready' : 'starting'
    this.#policy = new RestartPolicy({...restartDefaults, ...options.restart})
    this.#over = this.#run()
  }

  get gaveUp(): boolean {
    return this.#state === 'gave-up'
  }

  async state(): Promise<Omit<SupervisedState, 'supervisorPid'>> {
    const health = await this.#process?.health()
    const state = this.#state === 'ready' && !health?.ready ? 'unhealthy' : this.#state
    const {pid, startedAt} = this.#process ?? {}
    return {
      state,
      build: this.plan.request.build,
      restarts: this.#restarts,
      pid,
      startedAt,
      lastEnd: this.#lastEnd,
      health,
    }
  }

  /** Resolves when it serves; rejects as `ReleaseProcess.untilReady`. */
  async untilReady(readyMs: number): Promise<void> {
    await this.#process?.untilReady(readyMs)
  }

  /** Drains it and does not start it again. */
  async stop(drainMs: number): Promise<{killed: boolean}> {
    this.#stopping.abort()
    const result = (await this.#process?.stop(drainMs)) ?? {killed: false}
    await this.#over
    this.#state = 'stopped'
    return result
  }

  kill(): void {
    this.#process?.kill()
  }

  async #run(): Promise<void> {
    const {plan, start, pidFile, logs, onGaveUp} = this.#options
    const {build} = plan.request
    for (;;) {
      const proven = this.#process
      const running = proven ?? start(plan)
      this.#process = running
      // Without the record it runs all the same; a later supervisor could not end it.
      if (!proven && running.pid !== undefined) {
        await writePidRecord(pidFile, running.pid, build).catch(error => {
          logs.event('error', `the pid record cannot be written: ${messageOf(error)}`)
        })
      }
      if (this.#state !== 'ready') this.#watchReady(running)
      const end = await running.ended
      this.#process = undefined
      if (this.#stopping.signal.aborted) return
      this.#restarts++
      this.#lastEnd = end.reason
      const inMs = this.#policy.pauseAfter(end)
      if (inMs === undefined) {
        this.#state = 'gave-up'
        logs.event('error', `gave up: it ${end.reason}`, {build})
        onGaveUp()
        return
      }
      this.#state = 'restarting'
      logs.event('warn', `it ${end.reason}; starting again in ${inMs} ms`, {build})
      await pause(inMs, undefined, {signal: this.#stopping.signal}).catch(() => {})
      if (this.#stopping.signal.aborted) return
      this.#state = 'starting'
    }
  }

  #watchReady(running: ReleaseProcess): void {
    running.untilReady(Number.POSITIVE_INFINITY).then(
      () => {
        if (this.#process === running) this.#state = 'ready'
      },
      error => {
        // Its end is told where it is dealt with.
        if (!running.hasEnded) this.#options.logs.event('warn', `not ready: ${messageOf(error)}`)
      },
    )
  }
}
