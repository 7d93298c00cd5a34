import {rm} from 'node:fs/promises'
import {EssenceError, isEssenceError, messageOf} from '../../kit/errors.ts'
import {backoffMs} from '../../kit/flow/backoff.ts'
import {retry} from '../../kit/flow/retry.ts'
import type {RestartOptions} from '../../kit/process/restart-policy.ts'
import type {SupervisedState, Switched, SwitchRequest} from '../host/control.ts'
import type {HostEvent} from '../host/events.ts'
import type {ServiceLayout} from '../host/layout.ts'
import {openSteps} from '../host/steps.ts'
import type {ServiceLogs} from './logs/service-logs.ts'
import type {SupervisorPaths} from './paths.ts'
import {HeldPorts} from './ports/held-ports.ts'
import {asItWas, forgetEnvironment} from './process/former-environment.ts'
import {writePidRecord} from './process/pid-record.ts'
import {proveRelease} from './process/prove-release.ts'
import {planRelease, type ReleasePlan} from './process/release-plan.ts'
import {type ReleaseContext, ReleaseProcess} from './process/release-process.ts'
import {SupervisedRelease} from './process/supervised-release.ts'

/** ms until what could not be started at boot is tried again: at first, and in the end. */
const firstPauseMs = 1000
const maxPauseMs = 30_000

type OnEvent = (event: HostEvent) => void

export interface SupervisorOptions {
  layout: ServiceLayout
  paths: SupervisorPaths
  logs: ServiceLogs
  restart?: RestartOptions | undefined
}

/** Keeps one service running, holds its ports, and changes its releases. */
export class Supervisor {
  readonly #options: SupervisorOptions
  readonly #context: ReleaseContext
  readonly #ports = new HeldPorts()
  #release: SupervisedRelease | undefined
  /** The release that is being tried. */
  #candidate: ReleasePlan | undefined
  #busy: {what: string; over: Promise<unknown>} | undefined
  /** Aborted when the supervisor is to end. */
  readonly #ending = new AbortController()
  /** Aborted by the first request: what was begun at boot does not go on by itself. */
  readonly #asked = new AbortController()
  /** What could not be started at boot, until the next try. */
  #waiting: {build: string; why: string} | undefined

  constructor(options: SupervisorOptions) {
    const {layout, paths, logs} = options
    this.#options = options
    this.#context = {serviceFolder: layout.folder, paths, ports: this.#ports, logs}
  }

  async state(): Promise<SupervisedState> {
    const release = await this.#release?.state()
    if (release) return {...release, supervisorPid: process.pid}
    if (this.#waiting && !this.#candidate) {
      const {build, why} = this.#waiting
      return {state: 'restarting', build, lastEnd: why, restarts: 0, supervisorPid: process.pid}
    }
    const build = this.#candidate?.request.build
    return {
      state: build === undefined ? 'stopped' : 'starting',
      build,
      restarts: 0,
      supervisorPid: process.pid,
    }
  }

  /**
   * Starts a release without proving it, as at boot: should it fail, it is started again. What it needs may come later than this
   * supervisor does (a disk with its environment, the address it listens on), so that is tried until it works, or until
   * something else is asked. Never rejects.
   */
  async start(request: SwitchRequest): Promise<void> {
    const {layout, logs} = this.#options
    const {build} = request
    const {signal} = this.#asked
    const begin = async (): Promise<void> => {
      this.#waiting = undefined
      await this.#alone('started', async () => {
        const plan = await planRelease(layout, request)
        if (signal.aborted) return
        await this.#ports.take(plan.ports)
        this.#release = this.#supervise(plan)
      })
    }
    const onRetry = ({error}: {error: unknown}): void => {
      this.#waiting = {build, why: messageOf(error)}
      logs.event('error', `release ${build} cannot be started: ${messageOf(error)}`, {build})
    }
    const pause = (failures: number): number => backoffMs(failures, firstPauseMs, maxPauseMs)
    await retry(begin, {pause, retryable: () => true, onRetry, signal}).catch(() => {
      // Cancelled: something else was asked.
    })
    this.#waiting = undefined
  }

  /** `ServiceControl.switchTo` */
  switchTo(request: SwitchRequest, onEvent: OnEvent, signal: AbortSignal): Promise<Switched> {
    const {logs, layout} = this.#options
    const {build} = request
    this.#asked.abort()
    return this.#alone('switched to another release', async () => {
      logs.event('info', 'switching to a release', {build, from: this.#release?.plan.request.build})
      try {
        const plan = await planRelease(layout, request)
        this.#candidate = plan
        await this.#ports.take(plan.ports)
        const switched = await this.#change(plan, onEvent, AbortSignal.any([signal, this.#ending.signal]))
        logs.event('info', 'switched', switched)
        await forgetEnvironment(this.#options.paths)
        return switched
      } catch (error) {
        logs.event('error', `not switched: ${messageOf(error)}`, {build})
        throw error
      } finally {
        this.#candidate = undefined
        this.#letGo()
      }
    })
  }

  /** Drains the service; resolves when it is gone. */
  stop(drainMs: number, onEvent: OnEvent): Promise<void> {
    this.#asked.abort()
    return this.#alone('stopped', async () => {
      if (!this.#release) return
      await this.#drain(this.#release, drainMs, onEvent)
      await rm(this.#options.layout.pidFile, {force: true})
      await forgetEnvironment(this.#options.paths)
      this.#release = undefined
      this.#letGo()
    })
  }

  /** Breaks off what is being changed and drains the service, in the time its last switch gave. */
  async end(why: string): Promise<void> {
    this.#asked.abort()
    this.#ending.abort(new EssenceError('CANCELLED', `The supervisor was ended by ${why}.`))
    while (this.#busy) await this.#busy.over
    const drainMs = this.#release?.plan.request.drainMs ?? 0
    await this.stop(drainMs, () => {})
  }

  /** Ends the service now. */
  kill(): void {
    this.#release?.kill()
  }

  async #change(plan: ReleasePlan, onEvent: OnEvent, signal: AbortSignal): Promise<Switched> {
    const old = this.#release?.gaveUp ? undefined : this.#release
    const {build, drainMs} = plan.request
    const prove = () => proveRelease({plan, context: this.#context, layout: this.#options.layout, onEvent, signal})
    if (old && plan.handover === 'instead') {
      const from = performance.now()
      await this.#drain(old, drainMs, onEvent)
      const {running, readyMs, readyAt} = await prove().catch(error => this.#bringBack(old, error))
      this.#release = this.#supervise(plan, running)
      return {build, readyMs, gapMs: Math.round(readyAt - from)}
    }
    const {running, readyMs} = await prove()
    this.#release = this.#supervise(plan, running)
    if (old) {
      await this.#drain(old, drainMs, onEvent)
      await this.#record(running, build)
    }
    return {build, readyMs, gapMs: 0}
  }

  /** The new release serves, whether that can be written down or not; without it a later supervisor could not end it. */
  async #record({pid}: ReleaseProcess, build: string): Promise<void> {
    const {paths, layout, logs} = this.#options
    try {
      await rm(paths.formerPid, {force: true})
      // The old one may have been started again in between, and have put itself on record.
      if (pid !== undefined) await writePidRecord(layout.pidFile, pid, build)
    } catch (error) {
      logs.event('error', `the pid record cannot be written: ${messageOf(error)}`)
    }
  }

  /** After a failure: what ran before runs again. @throws the failure, which says whether that was possible */
  async #bringBack(old: SupervisedRelease, failure: unknown): Promise<never> {
    const plan = await asItWas(old.plan, this.#options)
    const release = this.#supervise(plan)
    this.#release = release
    const again = `release ${plan.request.build}, which served before,`
    const outcome = await release.untilReady(plan.request.readyMs).then(
      () => `${again} serves again`,
      error => `${again} does not serve either: ${messageOf(error)}`,
    )
    this.#options.logs.event('warn', outcome)
    if (!isEssenceError(failure)) throw failure
    const {code, message, suggestions, cause} = failure
    throw new EssenceError(code, `${message}; ${outcome}`, {suggestions, cause})
  }

  #supervise(plan: ReleasePlan, running?: ReleaseProcess): SupervisedRelease {
    const {layout, logs, restart} = this.#options
    logs.limit(plan.logs)
    return new SupervisedRelease({
      plan,
      start: again => new ReleaseProcess(again, this.#context),
      running,
      pidFile: layout.pidFile,
      logs,
      restart,
      onGaveUp: () => this.#letGo(),
    })
  }

  async #drain(release: SupervisedRelease, drainMs: number, onEvent: OnEvent): Promise<void> {
    await openSteps(onEvent).do('drain', async say => {
      const {killed} = await release.stop(drainMs)
      if (killed) say(`killed after ${drainMs} ms`)
    })
  }

  /** Keeps only the ports that are served or about to be: clients of others are refused at once. */
  #letGo(): void {
    const serving = this.#release && !this.#release.gaveUp ? this.#release.plan.ports : []
    this.#ports.keep([...serving, ...(this.#candidate?.ports ?? [])])
  }

  /** One change at a time. @throws LOCKED */
  async #alone<T>(what: string, work: () => Promise<T>): Promise<T> {
    if (this.#busy) {
      throw new EssenceError('LOCKED', `${this.#options.layout.service} is just being ${this.#busy.what}.`, {
        suggestions: ['Wait until that is done.'],
      })
    }
    const {promise: over, resolve} = Promise.withResolvers<void>()
    this.#busy = {what, over}
    try {
      return await work()
    } finally {
      this.#busy = undefined
      resolve()
    }
  }
}
